import type { ReactNode } from "react";

import type { Job, Step } from "../api/types";
import type { Writing } from "../live/reducer";
import { startOf } from "../live/timeline";
import { calm, useNow } from "../state/clock";
import { duration } from "../text/format";
import { STEP_STATUS, STEP_WORD } from "../text/words";
import { Icon, Spinner } from "../ui/icon";
import { type Stop, WritingView } from "./writing";

/** The steps of a job as they happen: what each does, how it stands, how long it took. */
export function Steps({ job, writing, stop }: { job: Job; writing: Writing | null; stop: Stop }) {
  const running = job.steps.some((step) => step.status === "running");
  const now = useNow(running, calm() ? 1000 : 100);
  return (
    <ol className="mt-1" aria-label="Steps">
      {job.steps.map((step, index) => (
        <StepRow key={`${index}:${step.step}`} step={step} job={job} now={now}>
          {step.status === "running" && writing && (step.step === "plan" || step.step === "generate" || step.step === "repair") && <WritingView writing={writing} stop={stop} />}
        </StepRow>
      ))}
    </ol>
  );
}

function StepRow({ step, job, now, children }: { step: Step; job: Job; now: number; children: ReactNode }) {
  const { word, doing } = STEP_WORD[step.step];
  const start = step.status === "running" ? startOf(step, job) : null;
  // A running step counts in tenths: its first milliseconds would only flicker.
  const seconds = start === null ? step.seconds : Math.max(0, Math.floor((now - start) / 100) / 10);
  return (
    <li
      data-testid={`step-${step.step}`}
      data-status={step.status}
      data-round={step.round}
      className="group relative flex animate-rise gap-2.5 py-1 text-sm before:absolute before:top-7 before:-bottom-1 before:left-[9.5px] before:w-px before:bg-line last:before:hidden"
    >
      <StepSign step={step} asks={job.status === "needs_input"} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="font-medium">{word}</span>
          {step.round > 1 && <span className="text-xs text-faint">round {step.round}</span>}
          <span className="sr-only">{STEP_STATUS[step.status]}</span>
          {step.status === "skipped" && (
            <span className="text-xs text-faint" aria-hidden="true">
              skipped
            </span>
          )}
          <span className="ml-auto text-xs whitespace-nowrap text-soft tabular-nums">{seconds !== null && step.status !== "skipped" ? duration(seconds) : ""}</span>
        </div>
        {step.status === "running" && <p className="text-[13px] text-soft">{doing}</p>}
        {children}
        {/* What ended the job is told once, below the steps. */}
        {step.problem && step.problem.detail !== job.problem?.detail && (
          <p className={`text-[13px] break-words ${step.status === "failed" && job.status !== "needs_input" ? "text-bad" : "text-soft"}`}>
            {step.problem.detail} {step.problem.next && <span className="text-soft">{step.problem.next}</span>}
          </p>
        )}
      </div>
    </li>
  );
}

/** A step that ended in a question is not broken. */
function StepSign({ step, asks }: { step: Step; asks: boolean }) {
  const round = "mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-full";
  switch (step.status) {
    case "running":
      return (
        <span className={`${round} text-active`}>
          <Spinner />
        </span>
      );
    case "succeeded":
      return (
        <span className={`${round} bg-good-wash text-good`}>
          <Icon name="check" className="size-3" />
        </span>
      );
    case "failed":
      return (
        <span className={`${round} ${asks ? "bg-ask-wash text-ask" : "bg-bad-wash text-bad"}`}>
          <Icon name={asks ? "info" : "close"} className="size-3" />
        </span>
      );
    default:
      return (
        <span className={`${round} bg-hover text-faint`}>
          <Icon name="dash" className="size-3" />
        </span>
      );
  }
}
