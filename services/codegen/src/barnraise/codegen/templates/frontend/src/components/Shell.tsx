import { type MouseEvent, type ReactNode, useEffect, useState } from "react";

import { menu, title } from "../app";
import { href, useRoute } from "../router";
import { useScheme } from "../scheme";
import { Icon } from "./Icon";

const FRAME =
  "sticky top-0 z-10 flex flex-wrap items-center gap-3 border-b border-zinc-200 bg-white px-4 py-3 " +
  "md:h-dvh md:flex-col md:flex-nowrap md:items-stretch md:border-r md:border-b-0 md:py-6 dark:border-zinc-800 dark:bg-zinc-900";

/** The frame of every page: menu at the side, or behind a button where there is no room. */
export function Shell({ children }: { children: ReactNode }) {
  const { parts } = useRoute();
  const [open, setOpen] = useState(false);
  const address = parts.join("/");
  useEffect(() => setOpen(false), [address]);

  return (
    <div className="min-h-dvh md:grid md:grid-cols-[15rem_1fr]">
      <a href="#main" onClick={focusMain} className="button absolute top-2 left-2 z-20 -translate-y-20 focus:translate-y-0">
        Skip to content
      </a>
      <header className={FRAME}>
        <a href={href([])} className="flex min-w-0 flex-1 items-center gap-3 rounded-lg md:flex-none md:px-2">
          <span aria-hidden="true" className="grid size-8 shrink-0 place-items-center rounded-lg bg-accent font-semibold text-on-accent">
            {title.trim().charAt(0).toUpperCase()}
          </span>
          <span className="truncate font-semibold" title={title}>
            {title}
          </span>
        </a>
        <button type="button" className="button px-2.5 md:hidden" aria-expanded={open} aria-controls="menu" onClick={() => setOpen(!open)}>
          <Icon name={open ? "close" : "menu"} className="size-5" />
          <span className="sr-only">Menu</span>
        </button>
        <nav id="menu" aria-label="Main" className={`${open ? "flex" : "hidden"} min-h-0 w-full flex-1 flex-col justify-between gap-4 overflow-y-auto md:mt-4 md:flex`}>
          <ul className="space-y-1">
            {menu.map((item, at) => (
              <li key={at}>
                <MenuLink item={item} current={parts[0] === item.entity} />
              </li>
            ))}
          </ul>
          <SchemeButton />
        </nav>
      </header>
      <main id="main" tabIndex={-1} className="min-w-0 px-4 py-6 outline-none md:px-10 md:py-10">
        <div className="mx-auto max-w-5xl">{children}</div>
      </main>
    </div>
  );
}

function focusMain(event: MouseEvent) {
  event.preventDefault(); // the hash is the address of the page
  document.getElementById("main")?.focus();
}

function MenuLink({ item, current }: { item: (typeof menu)[number]; current: boolean }) {
  const look = current ? "bg-zinc-100 font-medium text-ink dark:bg-zinc-800" : "text-zinc-600 dark:text-zinc-300";
  return (
    <a
      href={href(item.entity ? [item.entity] : [])}
      aria-current={current ? "page" : undefined}
      className={`flex items-center gap-3 rounded-lg px-3 py-2 text-sm hover:bg-zinc-100 dark:hover:bg-zinc-800 ${look}`}
    >
      <Icon name={item.entity ? "list" : "home"} />
      <span className="truncate" title={item.title}>
        {item.title}
      </span>
    </a>
  );
}

function SchemeButton() {
  const [scheme, next] = useScheme();
  const names = { auto: "System colours", light: "Light", dark: "Dark" };
  return (
    <button type="button" className="muted flex items-center gap-3 rounded-lg px-3 py-2 text-left text-sm hover:text-ink" onClick={next}>
      <Icon name={scheme} />
      <span>
        <span className="sr-only">Colour scheme: </span>
        {names[scheme]}
      </span>
    </button>
  );
}
