import type { ReactNode } from "react";

import type { Tint } from "../text/words";

const TINTS: Record<Tint, string> = {
  neutral: "bg-hover text-soft",
  active: "bg-active-wash text-active",
  good: "bg-good-wash text-good",
  bad: "bg-bad-wash text-bad",
  ask: "bg-ask-wash text-ask",
};

/** A status in a word, with a dot that breathes while something happens. */
export function Badge({ tint, children, dot = false, ...rest }: { tint: Tint; children: ReactNode; dot?: boolean; "data-testid"?: string; "data-status"?: string }) {
  return (
    <span className={`inline-flex h-[22px] items-center gap-1.5 whitespace-nowrap rounded-full px-2 text-xs font-medium ${TINTS[tint]}`} {...rest}>
      {dot && <span className={`size-1.5 rounded-full bg-current ${tint === "active" ? "animate-breathe" : ""}`} />}
      {children}
    </span>
  );
}

/** A small word about a thing: a type, a constraint, an origin. */
export function Tag({ children, tint = "neutral" }: { children: ReactNode; tint?: Tint }) {
  return <span className={`inline-block whitespace-nowrap rounded px-1.5 py-px text-xs ${TINTS[tint]}`}>{children}</span>;
}
