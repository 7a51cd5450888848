import { useState } from "react";

import * as api from "../api/calls";
import { go } from "../router";
import { useResource } from "../live/resource";
import { PromptBox } from "../panels/prompt-box";
import { ProjectList } from "../panels/project-list";
import { useDraft } from "../state/draft";
import { useSend } from "../state/send";
import { useTitle } from "../state/title";
import { OfflineBanner, SystemBanner } from "../ui/banners";
import { FrameDrawing, Wordmark } from "../ui/logo";
import { ProblemNotice } from "../ui/notice";
import { ThemeSwitch } from "../ui/theme-switch";

const EXAMPLES = [
  {
    name: "Task board",
    prompt:
      "Build a REST API and web app for managing tasks: tasks have a title, description, due date, priority (low, medium, high) and a done flag, and belong to a project. Projects have a name and a colour.",
  },
  { name: "Blog", prompt: "A blog with posts, authors and comments. Posts have a title, slug, body in markdown and a published date. Comments have a body and belong to a post." },
  {
    name: "Shop back office",
    prompt:
      "Online shop back office: customers (name, email), products (name, description, price), orders with a status of pending, paid or shipped, each order made by a customer and holding order lines with a quantity.",
  },
  {
    name: "A site",
    prompt: "A site for a cycling club with our story, training times: Tuesday 18:00 Juniors, Saturday 10:00 Open ride, a gallery and a contact form. Bold, dark green.",
  },
  { name: "A chart", prompt: "Draw a bar chart of monthly sunshine hours: Jan 52, Feb 78, Mar 118, Apr 160, May 203, Jun 212, Jul 218, Aug 205, Sep 152, Oct 107, Nov 62, Dec 44" },
];

export function StartPage() {
  useTitle();
  const draft = useDraft("new");
  const [files, setFiles] = useState<File[]>([]);
  const { busy, error, submit } = useSend(api.createProject);
  const system = useResource("system", api.system);

  const create = async () => {
    const made = await submit({ text: draft.text, files });
    if (!made) return;
    draft.sent(draft.text);
    go(`/p/${made.project.id}`);
  };

  return (
    <div className="flex min-h-full flex-col">
      <OfflineBanner />
      <header className="mx-auto flex w-full max-w-5xl items-center justify-between px-5 py-4">
        <Wordmark />
        <ThemeSwitch />
      </header>
      <main className="mx-auto w-full max-w-3xl flex-1 px-5 pb-16">
        <section className="pt-[min(3vh,1.5rem)]" aria-labelledby="ask">
          <FrameDrawing className="mx-auto mb-3 h-[min(15vh,7.5rem)] w-full text-timber" />
          <h1 id="ask" className="text-center text-[clamp(1.75rem,6vw,2.75rem)] leading-tight font-semibold tracking-[-0.025em] text-balance">
            What shall we raise today?
          </h1>
          <p className="mx-auto mt-3 max-w-xl text-center text-balance text-soft">
            Describe an application, a site or a script in your own words, or hand in a CV. It is planned, written, tested and running within seconds, on this machine.
          </p>
          <PromptBox
            label="Describe the application"
            placeholder="A plant diary: plants have a name, a species and a watering day; each plant has notes with a date and a photo…"
            text={draft.text}
            onText={draft.write}
            files={files}
            onFiles={setFiles}
            onSubmit={() => void create()}
            busy={busy}
            send="Raise it"
            testids={{ input: "prompt-input", submit: "prompt-submit" }}
            rows={3}
            autoFocus
            className="mt-8 shadow-lift"
          />
          {error && (
            <div className="mt-3">
              <ProblemNotice problem={error.problem} />
            </div>
          )}
          <div className="mt-4 flex flex-wrap items-center justify-center gap-2" role="group" aria-label="Examples">
            <span className="text-sm text-faint">Or try</span>
            {EXAMPLES.map((example) => (
              <button
                key={example.name}
                type="button"
                title={example.prompt}
                onClick={() => {
                  draft.write(example.prompt);
                  document.querySelector<HTMLElement>("[data-testid=prompt-input]")?.focus();
                }}
                className="rounded-full border border-line bg-board px-3 py-1 text-sm text-soft transition-colors hover:border-edge hover:text-ink"
              >
                {example.name}
              </button>
            ))}
          </div>
        </section>
        <div className="mt-8">
          <SystemBanner system={system.data} />
        </div>
        <ProjectList />
      </main>
      <footer className="mx-auto flex w-full max-w-3xl flex-wrap justify-between gap-x-6 gap-y-1 px-5 pb-6 text-xs text-faint">
        <span>Everything stays on this machine.</span>
        {system.data && <span>Barnraise {system.data.version}</span>}
      </footer>
    </div>
  );
}
