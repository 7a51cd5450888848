import { type ReactNode, useId } from "react";

/** A titled group of cards, as many beside each other as there is room for. */
export function Cards({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="mb-3 text-sm font-semibold">
        {title}
      </h3>
      <div className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,20rem),1fr))] items-start gap-4">{children}</div>
    </section>
  );
}

/** A card with a title and rows. */
export function Card({ title, aside, testid, children }: { title: string; aside?: string | undefined; testid?: string; children?: ReactNode }) {
  return (
    <article data-testid={testid} className="overflow-hidden rounded-2xl border border-line bg-board">
      <header className="flex items-baseline justify-between gap-3 border-b border-line px-4 py-2.5">
        <h4 className="font-semibold break-words">{title}</h4>
        {aside && <span className="code text-faint">{aside}</span>}
      </header>
      {children}
    </article>
  );
}
