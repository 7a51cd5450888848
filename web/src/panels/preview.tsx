import { type ReactNode, useEffect, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Job, Message, Preview, System } from "../api/types";
import { type ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { toldBeside } from "../live/timeline";
import { useQuery } from "../router";
import { short } from "../text/format";
import { Button, IconButton } from "../ui/button";
import { Icon, Spinner } from "../ui/icon";
import { Limits } from "../ui/limits";
import { Empty, LoadFailed, Loading, ProblemNotice } from "../ui/notice";
import { ShareButton } from "./share";
import { TroubleStrip } from "./trouble";

/** The address that lets its owner in is good for ten minutes. */
const ADDRESS_MS = 5 * 60_000;

/** The application itself, on an origin of its own, or why it is not to be seen and what to do about it. */
export function PreviewPanel({ state, system, accept }: { state: ProjectState; system: System | null; accept: (job: Job, message?: Message) => void }) {
  const { id, commit } = state.project;
  const { data, error, reload } = useResource(`preview:${id}`, (signal) => api.preview(id, signal), state.revisions.preview);
  const { asking, refused, ask } = usePreviewAction(id, reload);
  const [query, change] = useQuery();
  useEffect(() => {
    const timer = setInterval(reload, ADDRESS_MS);
    return () => clearInterval(timer);
  }, [reload]);

  if (system && !system.sandbox.available) {
    return (
      <Empty icon="info" title="Applications do not run on this machine" testid="preview-unavailable">
        <p>{system.sandbox.reason}</p>
        {system.sandbox.fix && <p className="mt-2">{system.sandbox.fix}</p>}
      </Empty>
    );
  }
  if (error && !data) return <LoadFailed error={error} retry={reload} />;
  if (!data) return <Loading what="the preview" />;

  const start = (word: string) => (
    <Button look="primary" icon="play" busy={asking === "start"} disabled={asking !== null} onClick={() => void ask("start")} data-testid="preview-start">
      {word}
    </Button>
  );
  const status = statusOf(state, data, asking);
  const other = query.get("shows");
  const back = async () => {
    await ask("start");
    change({ shows: null });
  };
  const trouble = toldBeside(data, state.jobs);
  return (
    <div className="flex h-full flex-col" data-testid="preview" data-status={status}>
      {refused && (
        <div className="p-3">
          <ProblemNotice problem={refused.problem} />
        </div>
      )}
      {other && other === data.commit && other !== commit && (
        <div className="flex flex-wrap items-center gap-2 border-b border-line bg-ask-wash px-3 py-1.5 text-sm" role="status" data-testid="preview-other">
          <span className="min-w-0 flex-1">This is a proposal, {short(other)}, with the same records. It is not merged.</span>
          <Button size="sm" busy={asking === "start"} disabled={asking !== null} onClick={() => void back()} data-testid="preview-back">
            Back to the application
          </Button>
        </div>
      )}
      {status === "running" && data.url && <Running key={hostOf(data.url)} id={id} preview={data} url={data.url} stopping={asking === "stop"} onStop={() => void ask("stop")} />}
      {status === "running" && (
        <Limits enforced={data.enforced} accepted={data.accepted ?? []} fix={system?.sandbox.fix} className="border-b border-line bg-board px-3 py-1" />
      )}
      {trouble && (status === "running" || status === "failed") && <TroubleStrip id={id} trouble={trouble} accept={accept} />}
      {status === "starting" && (
        <Centered>
          <Spinner className="size-6 text-active" />
          <p className="font-medium">The application is starting</p>
          <p className="text-sm text-soft">It appears here by itself.</p>
        </Centered>
      )}
      {status === "failed" && (
        <Empty icon="alert" title="The preview did not start" action={commit && start("Start it again")}>
          {data.detail ?? "Its output is under Checks. Say what shall change, or start it again."}
        </Empty>
      )}
      {status === "stopped" && (
        <Empty icon="stop" title="The preview is stopped" action={start("Start the preview")}>
          {data.detail ?? "Your records are kept; starting takes a few seconds."}
        </Empty>
      )}
      {status === "building" && (
        <Centered>
          <BuildingDrawing />
          <p className="font-medium">Being raised</p>
          <p className="text-sm text-balance text-soft">The steps are in the conversation. The application appears here as soon as it runs.</p>
        </Centered>
      )}
      {status === "none" && (
        <Empty icon="screen" title={commit ? "The preview is not running" : "There is nothing to show yet"} action={commit && start("Start the preview")}>
          {commit ? "Start it to use the application." : "Say in the conversation what shall be built; the application will run here."}
        </Empty>
      )}
    </div>
  );
}

type Shown = Preview["status"] | "building";

/** Events are quicker than the API's answer; what was just asked for is quicker still. */
function statusOf(state: ProjectState, preview: Preview, asking: "start" | "stop" | null): Shown {
  const building = state.jobs.some((job) => job.status === "running");
  if (asking === "start") return "starting";
  if (preview.status === "running") return preview.url ? "running" : "starting";
  if (building && state.previewStatus === "starting") return "starting";
  if (building && preview.status === "none") return "building";
  if (preview.status === "none" && state.project.commit && !building) return "none";
  return preview.status;
}

function usePreviewAction(id: string, reload: () => void) {
  const [asking, setAsking] = useState<"start" | "stop" | null>(null);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const ask = async (what: "start" | "stop") => {
    setAsking(what);
    setRefused(null);
    try {
      await api.previewDo(id, what);
      reload();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setRefused(failure);
    } finally {
      setAsking(null);
    }
  };
  return { asking, refused, ask };
}

function Running({ id, preview, url, stopping, onStop }: { id: string; preview: Preview; url: string; stopping: boolean; onStop: () => void }) {
  const [round, setRound] = useState(0);
  return (
    <>
      <div className="flex items-center gap-1 border-b border-line bg-board px-2 py-1.5">
        <IconButton icon="reload" label="Reload the preview" onClick={() => setRound(round + 1)} data-testid="preview-reload" />
        <span className="code flex h-7 min-w-0 flex-1 items-center rounded-lg bg-sunk px-2.5 text-soft" data-testid="preview-address">
          <span className="truncate">{hostOf(url)}</span>
        </span>
        {preview.commit && (
          <span className="code hidden px-1 text-faint xl:inline" title="The commit that runs">
            {short(preview.commit)}
          </span>
        )}
        {preview.memory ? (
          <span className="hidden px-1 text-xs text-nowrap text-faint xl:inline" title="The memory that the application takes" data-testid="preview-memory">
            {Math.round(preview.memory / 2 ** 20)} MiB
          </span>
        ) : null}
        <a href={url} target="_blank" rel="noreferrer" aria-label="Open in a new tab" title="Open in a new tab" className="inline-flex size-8 items-center justify-center rounded-lg text-soft hover:bg-hover hover:text-ink" data-testid="preview-open">
          <Icon name="external" />
        </a>
        <ShareButton id={id} />
        <IconButton icon="stop" label="Stop the preview" busy={stopping} disabled={stopping} onClick={onStop} data-testid="preview-stop" />
      </div>
      <Frame key={`${preview.commit}:${round}`} url={url} commit={preview.commit} />
    </>
  );
}

/** Stays with the address that it began with: each asking gives another way in, and what somebody does in here must outlive that. */
function Frame({ url, commit }: { url: string; commit: string | null }) {
  const [src] = useState(url);
  // Its origin is not ours: allow-same-origin gives it back its own storage, not this page's.
  return (
    <iframe
      src={src}
      title="Preview of the application"
      data-testid="preview-frame"
      data-commit={commit}
      sandbox="allow-scripts allow-same-origin allow-forms allow-downloads"
      referrerPolicy="no-referrer"
      className="min-h-0 w-full flex-1 bg-white"
    />
  );
}

function hostOf(url: string): string {
  return `${new URL(url).origin}/`;
}

function Centered({ children }: { children: ReactNode }) {
  return (
    <div className="flex h-full min-h-64 flex-col items-center justify-center gap-2.5 px-6 text-center" role="status">
      {children}
    </div>
  );
}

function BuildingDrawing() {
  return (
    <svg viewBox="0 0 32 32" className="size-16 text-barn" fill="none" stroke="currentColor" strokeWidth="1.2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path className="raise raise-1" pathLength="1" d="M8 27V12.5M24 27V12.5" />
      <path className="raise raise-2" pathLength="1" d="M8 17h16" />
      <path className="raise raise-3" pathLength="1" d="M8 27l16-10M24 27 8 17" />
      <path className="raise raise-4" pathLength="1" d="M4.5 15.5 9 8.5l7-4 7 4 4.5 7" />
    </svg>
  );
}
