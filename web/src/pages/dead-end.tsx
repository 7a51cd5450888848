import type { ReactNode } from "react";

import { useTitle } from "../state/title";
import { Button } from "../ui/button";
import { Link } from "../ui/link";
import { Wordmark } from "../ui/logo";

function Frame({ title, children, action }: { title: string; children: ReactNode; action: ReactNode }) {
  useTitle(title);
  return (
    <main className="flex min-h-full flex-col items-center justify-center gap-8 px-5 py-10">
      <Wordmark />
      <div className="w-full max-w-lg rounded-2xl border border-line bg-board p-6 shadow-lift sm:p-8">
        <h1 className="text-xl font-semibold tracking-tight text-balance">{title}</h1>
        <div className="mt-3 space-y-3 text-soft">{children}</div>
        <div className="mt-6">{action}</div>
      </div>
    </main>
  );
}

const Command = ({ children }: { children: string }) => <code className="code rounded bg-sunk px-1.5 py-0.5 text-ink">{children}</code>;

/** 401: there is no account to sign in to; a link opens the page. */
export function NoAccess() {
  return (
    <Frame
      title="This page needs your link"
      action={
        <Button look="primary" icon="reload" onClick={() => location.reload()}>
          I have opened the link: look again
        </Button>
      }
    >
      <p>Barnraise runs on your machine and lets in only whoever has its link. There is no account and no password.</p>
      <ul className="list-disc space-y-1.5 pl-5">
        <li>
          <Command>make up</Command> prints the link when it starts.
        </li>
        <li>
          <Command>barnraise status</Command> prints a fresh one while it runs; each link works once.
        </li>
      </ul>
      <p>Whatever you were typing is kept in this browser.</p>
    </Frame>
  );
}

const home = "inline-flex h-9 items-center rounded-lg bg-barn px-3.5 text-sm font-medium text-on-barn hover:bg-barn-deep";

export function NoPage() {
  return (
    <Frame
      title="There is nothing here"
      action={
        <Link href="/" className={home} data-primary>
          To your projects
        </Link>
      }
    >
      <p>This address leads to no page of Barnraise.</p>
    </Frame>
  );
}

export function NoProject({ deleted }: { deleted: boolean }) {
  return (
    <Frame
      title={deleted ? "This project was deleted" : "There is no such project"}
      action={
        <Link href="/" className={home} data-primary>
          To your projects
        </Link>
      }
    >
      <p>{deleted ? "Its conversation, its code and its preview are gone." : "It was deleted, or the address has a slip in it."}</p>
    </Frame>
  );
}
