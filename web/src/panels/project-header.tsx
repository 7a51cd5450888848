import { type KeyboardEvent, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { LiveProject } from "../live/project";
import { hasEnded, type ProjectState } from "../live/reducer";
import type { StreamStatus } from "../live/stream";
import { currentJob } from "../live/timeline";
import { go } from "../router";
import { JOB_WORD, PROJECT_WORD } from "../text/words";
import { Badge } from "../ui/badge";
import { IconButton } from "../ui/button";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { Mark } from "../ui/logo";
import { ProblemNotice } from "../ui/notice";
import { ThemeSwitch } from "../ui/theme-switch";

type View = "chat" | "work";

interface Props {
  live: LiveProject;
  state: ProjectState;
  view: View;
  onView: (view: View) => void;
}

export function ProjectHeader({ live, state, view, onView }: Props) {
  const { busy, error, revert, dismiss, fail } = useRevert(live, state);
  const job = currentJob(state.jobs);
  const { word, tint } = job ? JOB_WORD[job.status] : PROJECT_WORD[state.project.status];
  return (
    <header className="border-b border-line bg-board">
      <div className="flex h-13 items-center gap-2 px-3 sm:gap-3">
        <Link href="/" aria-label="To your projects" title="To your projects" className="rounded-lg">
          <Mark />
        </Link>
        <Name state={state} />
        <Badge tint={tint} dot={!job || !hasEnded(job)} data-testid="job-status" data-status={job?.status ?? state.project.status}>
          {word}
        </Badge>
        <div className="ml-auto flex items-center gap-0.5">
          <Connection status={live.stream} />
          <IconButton icon="undo" label="Undo the last step" data-testid="undo" disabled={!state.project.commit} busy={busy === "undo"} onClick={() => revert("undo")} />
          <IconButton icon="redo" label="Redo what was undone" data-testid="redo" disabled={!state.project.commit} busy={busy === "redo"} onClick={() => revert("redo")} />
          <span className="hidden items-center gap-0.5 sm:flex">
            {state.project.commit && (
              <a href={api.exportUrl(state.project.id)} download aria-label="Download as zip" title="Download as zip" className="inline-flex size-8 items-center justify-center rounded-lg text-soft hover:bg-hover hover:text-ink">
                <Icon name="download" />
              </a>
            )}
            {state.project.commit && <Copy id={state.project.id} onError={fail} />}
            <ThemeSwitch />
          </span>
        </div>
      </div>
      <div className="flex gap-1 px-3 pb-2 lg:hidden" role="group" aria-label="What to show">
        <ViewButton name="chat" view={view} onView={onView} word="Conversation" />
        <ViewButton name="work" view={view} onView={onView} word="Application" />
      </div>
      {error && (
        <div className="mx-auto flex max-w-3xl items-start gap-1 px-3 pb-3">
          <div className="min-w-0 flex-1">
            <ProblemNotice problem={error.problem} />
          </div>
          <IconButton icon="close" label="Dismiss" onClick={dismiss} />
        </div>
      )}
    </header>
  );
}

function ViewButton({ name, view, onView, word }: { name: View; view: View; onView: (view: View) => void; word: string }) {
  return (
    <button
      type="button"
      aria-pressed={view === name}
      data-testid={`view-${name}`}
      onClick={() => onView(name)}
      className="flex h-8 flex-1 items-center justify-center gap-1.5 rounded-lg text-sm font-medium text-soft aria-pressed:bg-hover aria-pressed:text-ink"
    >
      <Icon name={name === "chat" ? "chat" : "frame"} />
      {word}
    </button>
  );
}

function useRevert(live: LiveProject, state: ProjectState) {
  const [busy, setBusy] = useState<"undo" | "redo" | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const revert = async (what: "undo" | "redo") => {
    if (busy) return;
    setBusy(what);
    setError(null);
    try {
      live.accept((await api.start(state.project.id, what)).job);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      setBusy(null);
    }
  };
  return { busy, error, revert: (what: "undo" | "redo") => void revert(what), dismiss: () => setError(null), fail: setError };
}

/** Makes a project of its own from what is here, with the whole history, and goes there. */
function Copy({ id, onError }: { id: string; onError: (error: ApiError) => void }) {
  const [busy, setBusy] = useState(false);
  const copy = async () => {
    setBusy(true);
    try {
      go(`/p/${(await api.cloneProject(id)).project.id}`);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      onError(failure);
    } finally {
      setBusy(false);
    }
  };
  return <IconButton icon="copy" label="Copy this project" data-testid="clone" busy={busy} disabled={busy} onClick={() => void copy()} />;
}

const SAID: Record<StreamStatus, string> = {
  connecting: "Connecting…",
  catching_up: "Catching up…",
  live: "Live",
  reconnecting: "Reconnecting…",
  closed: "Not connected",
};

function Connection({ status }: { status: StreamStatus }) {
  const live = status === "live";
  return (
    <span data-testid="connection-status" data-status={status} role="status" title={SAID[status]} className={`mr-1 inline-flex items-center gap-1.5 text-xs ${live ? "text-soft" : "text-active"}`}>
      <span className={`size-1.5 rounded-full ${live ? "bg-good" : "animate-breathe bg-active"}`} />
      <span className="max-sm:sr-only">{SAID[status]}</span>
    </span>
  );
}

/** The project's name; a click (or Enter) makes it a field. */
function Name({ state }: { state: ProjectState }) {
  const { id, name } = state.project;
  const [draft, setDraft] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const save = async () => {
    const wanted = draft?.trim();
    if (!wanted || wanted === name) return setDraft(null);
    try {
      await api.renameProject(id, wanted);
      setDraft(null);
      setError(null);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
  };
  if (draft === null) {
    return (
      <button type="button" onClick={() => setDraft(name)} title={`${name}: rename`} aria-label={`Rename ${name}`} className="min-w-0 truncate rounded-md px-1.5 py-0.5 font-semibold hover:bg-hover" data-testid="project-name">
        {name}
      </button>
    );
  }
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter") void save();
    if (event.key === "Escape") setDraft(null);
  };
  return (
    <input
      autoFocus
      value={draft}
      maxLength={120}
      aria-label="Name of the project"
      aria-invalid={error !== null}
      title={error?.problem.detail}
      onChange={(event) => setDraft(event.target.value)}
      onKeyDown={keys}
      onBlur={() => void save()}
      className="w-56 min-w-0 rounded-md border border-edge bg-board px-1.5 py-0.5 font-semibold aria-invalid:border-bad"
    />
  );
}
