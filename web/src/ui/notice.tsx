import type { ReactNode } from "react";

import type { ApiError } from "../api/client";
import type { Problem } from "../api/types";
import type { Tint } from "../text/words";
import { Button } from "./button";
import { Icon, type IconName, Spinner } from "./icon";

const BOXES: Record<Tint, string> = {
  neutral: "border-line bg-board",
  active: "border-active/40 bg-active-wash",
  good: "border-good/40 bg-good-wash",
  bad: "border-bad/40 bg-bad-wash",
  ask: "border-ask/40 bg-ask-wash",
};
const SIGNS: Record<Tint, [IconName, string]> = {
  neutral: ["info", "text-soft"],
  active: ["alert", "text-active"],
  good: ["check", "text-good"],
  bad: ["alert", "text-bad"],
  ask: ["info", "text-ask"],
};

/** A box that says something and what can be done about it. */
export function Notice({ tint, title, children, action, testid, alert = false }: { tint: Tint; title: ReactNode; children?: ReactNode; action?: ReactNode; testid?: string; alert?: boolean }) {
  const [icon, colour] = SIGNS[tint];
  return (
    <div className={`flex items-start gap-2.5 rounded-xl border px-3.5 py-3 text-sm ${BOXES[tint]}`} data-testid={testid} role={alert ? "alert" : undefined}>
      <Icon name={icon} className={`mt-0.5 size-4 ${colour}`} />
      <div className="min-w-0 flex-1 space-y-1">
        <div className="font-medium break-words">{title}</div>
        {children && <div className="break-words text-soft">{children}</div>}
        {action && <div className="pt-1.5">{action}</div>}
      </div>
    </div>
  );
}

/** What went wrong, what to do next, and the number to ask about it with. */
export function ProblemNotice({ problem, action, alert = true, tint = "bad" }: { problem: Problem; action?: ReactNode; alert?: boolean; tint?: Tint }) {
  return (
    <Notice tint={tint} title={problem.detail} action={action} alert={alert} testid="problem">
      {problem.next && <p>{problem.next}</p>}
      {problem.trace_id && <p className="code mt-1 break-all text-faint">trace {problem.trace_id}</p>}
    </Notice>
  );
}

/** A place with nothing in it yet, said with one thing to do. */
export function Empty({ icon, title, children, action, testid }: { icon: IconName; title: string; children?: ReactNode; action?: ReactNode; testid?: string }) {
  return (
    <div className="flex h-full min-h-64 flex-col items-center justify-center gap-3 px-6 py-10 text-center" data-testid={testid}>
      <span className="flex size-12 items-center justify-center rounded-2xl bg-hover text-soft">
        <Icon name={icon} className="size-5" />
      </span>
      <h2 className="text-base font-semibold text-balance">{title}</h2>
      {children && <div className="max-w-md text-sm text-balance text-soft">{children}</div>}
      {action && <div className="pt-1">{action}</div>}
    </div>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <div className="flex h-full min-h-48 items-center justify-center gap-2.5 text-sm text-soft" role="status">
      <Spinner /> Loading {what}…
    </div>
  );
}

export function LoadFailed({ error, retry }: { error: ApiError; retry: () => void }) {
  return (
    <div className="mx-auto max-w-lg p-4">
      <ProblemNotice
        problem={error.problem}
        action={
          <Button look="primary" size="sm" icon="reload" onClick={retry}>
            Try again
          </Button>
        }
      />
    </div>
  );
}
