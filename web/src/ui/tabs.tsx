import { type KeyboardEvent, type ReactNode, useRef } from "react";

export interface Tab<T extends string> {
  name: T;
  word: string;
  mark?: ReactNode;
}

/** Tabs after the ARIA pattern: one stop of the Tab key, arrows move, Home and End jump. */
export function Tabs<T extends string>({ tabs, chosen, onChoose, label }: { tabs: Tab<T>[]; chosen: T; onChoose: (tab: T) => void; label: string }) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.name === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs.at(to % tabs.length);
    if (!next) return;
    event.preventDefault();
    onChoose(next.name);
    list.current?.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} tabIndex={-1} className="flex min-w-0 gap-0.5 overflow-x-auto" onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.name}
          type="button"
          role="tab"
          id={`tab-${tab.name}`}
          data-testid={`tab-${tab.name}`}
          aria-selected={tab.name === chosen}
          aria-controls={`panel-${tab.name}`}
          tabIndex={tab.name === chosen ? 0 : -1}
          onClick={() => onChoose(tab.name)}
          className="relative flex h-11 items-center gap-1.5 rounded-md px-3 text-sm font-medium whitespace-nowrap text-soft -outline-offset-2 transition-colors after:absolute after:inset-x-3 after:bottom-0 after:h-0.5 after:rounded-full hover:text-ink aria-selected:text-ink aria-selected:after:bg-barn"
        >
          {tab.word}
          {tab.mark}
        </button>
      ))}
    </div>
  );
}

export function TabPanel({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div role="tabpanel" id={`panel-${name}`} aria-labelledby={`tab-${name}`} className="min-h-0 flex-1">
      {children}
    </div>
  );
}
