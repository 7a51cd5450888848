import { type ReactNode, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Commit, Job } from "../api/types";
import type { ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { useQuery } from "../router";
import { useNow } from "../state/clock";
import { ago, clockTime, plural, short } from "../text/format";
import { ORIGIN_WORD, type Tint } from "../text/words";
import { Tag } from "../ui/badge";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";
import { Empty, LoadFailed, Loading, ProblemNotice } from "../ui/notice";
import { DiffView } from "./diff-view";
import { TouchedBetween } from "./impact";
import { NameVersion } from "./version-name";

const PAGE = 50;
const TINTS: Record<string, Tint> = { compile: "neutral", repair: "active", edit: "ask", push: "ask", undo: "active", redo: "active", restore: "active", revert: "active", import: "ask", merge: "ask" };

async function latest(id: string, wanted: number, signal: AbortSignal) {
  const items: Commit[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.commits(id, cursor, signal);
    items.push(...page.items);
    cursor = page.has_more ? page.next_cursor : null;
  } while (cursor && items.length < wanted);
  return { items, more: cursor !== null };
}

/** Every step as a commit, and what it changed. */
export function HistoryPanel({ state, accept }: { state: ProjectState; accept: (job: Job) => void }) {
  const id = state.project.id;
  const [query, change] = useQuery();
  const [wanted, setWanted] = useState(PAGE);
  const { data, error, loading, reload } = useResource(`commits:${id}`, (signal) => latest(id, wanted, signal), `${state.revisions.code}:${wanted}`);
  const now = useNow(true, 30_000);

  if (!data?.items.length) {
    if (data || !state.project.commit || error?.status === 404) {
      return (
        <Empty icon="clock" title="There is no history yet">
          Each step becomes a commit, with everything that it changed. The first one comes with the first plan.
        </Empty>
      );
    }
    return error ? <LoadFailed error={error} retry={reload} /> : <Loading what="the history" />;
  }
  const asked = query.get("commit");
  const chosen = data.items.find((commit) => commit.commit === asked) ?? (asked ? null : (data.items[0] ?? null));

  return (
    <div className="grid h-full min-h-0 grid-rows-[minmax(8rem,35%)_minmax(0,1fr)] md:grid-cols-[minmax(14rem,19rem)_minmax(0,1fr)] md:grid-rows-1">
      <div className="min-h-0 overflow-y-auto border-b border-line md:border-r md:border-b-0">
        <h2 className="sr-only">Steps</h2>
        <ol>
          {data.items.map((commit) => (
            <li key={commit.commit}>
              <CommitRow commit={commit} chosen={commit === chosen} now={now} onChoose={() => change({ commit: commit.commit })} />
            </li>
          ))}
        </ol>
        {data.more && (
          <div className="p-3 text-center">
            <Button size="sm" busy={loading} disabled={loading} onClick={() => setWanted(data.items.length + PAGE)}>
              Show older
            </Button>
          </div>
        )}
      </div>
      <Changes id={id} to={chosen?.commit ?? asked} commit={chosen} action={chosen && <Actions key={chosen.commit} id={id} commit={chosen} newest={chosen === data.items[0]} accept={accept} />} />
    </div>
  );
}

function CommitRow({ commit, chosen, now, onChoose }: { commit: Commit; chosen: boolean; now: number; onChoose: () => void }) {
  return (
    <button
      type="button"
      data-testid="commit"
      aria-current={chosen || undefined}
      onClick={onChoose}
      className="block w-full border-b border-line border-l-2 border-l-transparent px-3.5 py-2.5 text-left -outline-offset-2 hover:bg-hover aria-[current]:border-l-barn aria-[current]:bg-board"
    >
      <span className="line-clamp-2 text-sm font-medium break-words">{commit.summary}</span>
      <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-soft">
        {commit.origin && <Tag tint={TINTS[commit.origin] ?? "neutral"}>{ORIGIN_WORD[commit.origin] ?? commit.origin}</Tag>}
        <time dateTime={commit.at} title={clockTime(commit.at)}>
          {ago(commit.at, now)}
        </time>
        {commit.tags.map((name) => (
          <Tag key={name} tint="good">
            {name}
          </Tag>
        ))}
        <span className="code ml-auto text-[11.5px] text-faint">{short(commit.commit)}</span>
      </span>
    </button>
  );
}

function Changes({ id, to, commit, action }: { id: string; to: string | null; commit: Commit | null; action: ReactNode }) {
  const from = commit?.parents[0] ?? null;
  const { data, error, reload } = useResource(`diff:${id}:${to}`, (signal) => (to ? api.diff(id, from, to, signal) : Promise.resolve(null)));
  if (error) return <LoadFailed error={error} retry={reload} />;
  if (!data) return <Loading what="the changes" />;
  return (
    <div className="min-h-0 overflow-y-auto" tabIndex={0} role="region" aria-label="Changes of this step">
      <div className="space-y-3 p-4">
        <header>
          <h3 className="font-semibold break-words">{commit?.summary ?? `Commit ${short(data.to)}`}</h3>
          <p className="flex flex-wrap items-center gap-x-2 text-[13px] text-soft">
            <Icon name="clock" className="size-3.5" />
            {commit && clockTime(commit.at)} · {plural(data.files.length, "file")}
          </p>
          {from && <TouchedBetween id={id} from={from} to={data.to} />}
          {action}
        </header>
        <DiffView files={data.files} />
      </div>
    </div>
  );
}

/** What can be done with a step, each as a new step that undo takes back like every other: bring its version back, or undo it alone. */
function Actions({ id, commit, newest, accept }: { id: string; commit: Commit; newest: boolean; accept: (job: Job) => void }) {
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const act = async (what: string, ask: () => Promise<{ job: Job }>) => {
    setBusy(what);
    setError(null);
    try {
      accept((await ask()).job);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      setBusy(null);
    }
  };
  const button = (what: string, label: string, ask: () => Promise<{ job: Job }>) => (
    <Button size="sm" busy={busy === what} disabled={busy !== null} onClick={() => void act(what, ask)} data-testid={what}>
      {label}
    </Button>
  );
  return (
    <div className="mt-2 space-y-2">
      <div className="flex flex-wrap gap-1.5">
        {!newest && button("restore", "Restore this version", () => api.restore(id, commit.commit))}
        {commit.parents.length > 0 && commit.origin !== "import" && button("undo-step", "Undo this step", () => api.undoStep(id, commit.commit))}
        <NameVersion id={id} commit={commit.commit} />
      </div>
      {error && <ProblemNotice problem={error.problem} />}
    </div>
  );
}
