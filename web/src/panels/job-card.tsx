import { useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Job } from "../api/types";
import { hasEnded, type Writing } from "../live/reducer";
import { useQuery } from "../router";
import { calm, useNow } from "../state/clock";
import { duration, plural, short } from "../text/format";
import { JOB_WORD, jobTitle } from "../text/words";
import { Badge } from "../ui/badge";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { ProblemNotice } from "../ui/notice";
import { Conflict } from "./conflict";
import { Steps } from "./steps";

interface Props {
  job: Job;
  /** The newest job shows its steps by itself. */
  newest: boolean;
  /** The one job whose cancel button is the page's. */
  current: boolean;
  answered: boolean;
  /** What a model writes for it just now. */
  writing: Writing | null;
  onJob: (job: Job) => void;
  reload: () => void;
}

/** What was done for a sentence: how it stands, its steps, how it ended and what can be done next. */
export function JobCard({ job, newest, current, answered, writing, onJob, reload }: Props) {
  const [opened, setOpened] = useState<boolean | null>(null);
  const { busy, error, act } = useAct(onJob, reload);
  const active = !hasEnded(job);
  const open = opened ?? (newest || active);
  const { word, tint } = JOB_WORD[job.status];
  // A job that asks back, and one that only tests, changed nothing: its commit is the one that it found.
  const changed = hasEnded(job) && job.status !== "needs_input" && job.action !== "test" ? job.commit : null;
  const retryable = newest && (job.status === "failed" || job.status === "cancelled");

  return (
    <div role="group" data-testid="job" data-status={job.status} aria-label={`${jobTitle(job)}: ${word}`} className="rounded-xl border border-line bg-board px-3 py-2">
      <div className="flex min-h-8 items-center gap-2 text-sm">
        <button type="button" aria-expanded={open} onClick={() => setOpened(!open)} className="-ml-1 flex min-h-7 min-w-0 flex-1 items-center gap-1.5 rounded-md px-1 text-left" disabled={!job.steps.length}>
          {job.steps.length > 0 && <Icon name="chevron" className={`size-3 text-faint transition-transform ${open ? "rotate-90" : ""}`} />}
          <span className="truncate font-medium">{jobTitle(job)}</span>
          <Elapsed job={job} />
        </button>
        <Badge tint={tint} dot={active}>
          {job.status === "queued" && job.ahead > 0 ? `Queued, ${job.ahead} ahead` : word}
        </Badge>
        {active && (
          <Button size="sm" busy={busy} disabled={busy} onClick={() => act(() => api.cancelJob(job.id))} data-testid={current ? "cancel" : "cancel-queued"}>
            Cancel
          </Button>
        )}
      </div>
      {open && job.steps.length > 0 && <Steps job={job} writing={writing} stop={{ busy, act: () => act(() => api.cancelJob(job.id)) }} />}
      {job.problem && newest && (
        <div className="mt-2">
          {/* What only needs an answer is no alarm. */}
          <ProblemNotice problem={job.problem} alert={false} tint={job.status === "needs_input" ? "ask" : "bad"} />
          {job.status === "needs_input" && job.problem.code === "merge_conflict" && <Conflict job={job} busy={busy} act={act} />}
        </div>
      )}
      {!answered && !job.problem && job.summary && <p className="mt-1 text-sm break-words text-soft">{job.summary}</p>}
      {(job.tests || changed || retryable) && (
        <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 border-t border-line pt-1.5 text-[13px] text-soft">
          {job.tests && <TestCount job={job} />}
          {changed && <ChangesLink commit={changed} />}
          {retryable && (
            <Button look="primary" size="sm" icon="reload" busy={busy} disabled={busy} className="ml-auto" onClick={() => act(() => api.retryJob(job.id))} data-testid="retry">
              Try again
            </Button>
          )}
        </div>
      )}
      {error && (
        <div className="mt-2">
          <ProblemNotice problem={error.problem} />
        </div>
      )}
    </div>
  );
}

function Elapsed({ job }: { job: Job }) {
  const running = job.status === "running";
  const now = useNow(running, calm() ? 1000 : 100);
  if (!job.started_at) return null;
  const end = job.ended_at ? Date.parse(job.ended_at) : running ? now : null;
  if (end === null) return null;
  const seconds = (end - Date.parse(job.started_at)) / 1000;
  // While it runs it counts in tenths, as its steps do.
  return <span className="text-xs whitespace-nowrap text-soft tabular-nums">{duration(job.ended_at ? seconds : Math.floor(seconds * 10) / 10)}</span>;
}

function TestCount({ job }: { job: Job }) {
  if (!job.tests) return null;
  const { passed, failed, skipped } = job.tests;
  return (
    <span className={failed ? "text-bad" : ""}>
      {plural(passed, "test")} passed{failed ? `, ${failed} failed` : ""}
      {skipped ? `, ${skipped} skipped` : ""}
    </span>
  );
}

function ChangesLink({ commit }: { commit: string }) {
  const [, change] = useQuery();
  return (
    <button type="button" onClick={() => change({ tab: "history", commit, view: "work" })} className="inline-flex min-h-6 items-center gap-1 rounded text-soft underline decoration-line underline-offset-3 hover:text-ink hover:decoration-current">
      Changes <span className="code text-[12px]">{short(commit)}</span>
    </button>
  );
}

/** Something asked of a job. A refusal because the job has moved on already is answered by looking again. */
function useAct(onJob: (job: Job) => void, reload: () => void) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const act = async (ask: () => Promise<Job>) => {
    setBusy(true);
    setError(null);
    try {
      onJob(await ask());
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      if (failure.status === 409) reload();
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, act: (ask: () => Promise<Job>) => void act(ask) };
}
