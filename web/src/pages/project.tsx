import { useEffect, useState } from "react";

import * as api from "../api/calls";
import { type LiveProject, useProject } from "../live/project";
import type { ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { currentJob } from "../live/timeline";
import { Conversation } from "../panels/conversation";
import { ProjectHeader } from "../panels/project-header";
import { Work } from "../panels/work";
import { useQuery } from "../router";
import { useTitle } from "../state/title";
import { JOB_WORD, jobTitle, STEP_STATUS, STEP_WORD } from "../text/words";
import { OfflineBanner, SystemBanner } from "../ui/banners";
import { Link } from "../ui/link";
import { Mark } from "../ui/logo";
import { LoadFailed, Loading } from "../ui/notice";
import { NoProject } from "./dead-end";

export function ProjectPage({ id }: { id: string }) {
  const live = useProject(id);
  const { state, error } = live;
  const job = state ? currentJob(state.jobs) : null;
  useTitle(job && JOB_WORD[job.status].word, state?.project.name);
  if (error?.status === 404) return <NoProject deleted={state !== null} />;
  if (state?.deleted) return <NoProject deleted />;
  if (!state) {
    return (
      <main className="flex h-full flex-col">
        <OfflineBanner />
        <h1 className="sr-only">Project</h1>
        <Link href="/" aria-label="To your projects" className="m-4 self-start rounded-lg">
          <Mark />
        </Link>
        {error ? <LoadFailed error={error} retry={live.reload} /> : <Loading what="the project" />}
      </main>
    );
  }
  return <Loaded live={live} state={state} />;
}

function Loaded({ live, state }: { live: LiveProject; state: ProjectState }) {
  const [query, change] = useQuery();
  const system = useResource("system", api.system);
  const view = query.get("view") === "work" ? "work" : "chat";
  const blocked = system.data !== null && !system.data.sandbox.available;
  return (
    <div className="flex h-dvh min-w-0 flex-col">
      <a href="#work" className="sr-only focus:not-sr-only focus:absolute focus:z-20 focus:m-2 focus:rounded-lg focus:bg-board focus:px-3 focus:py-2">
        Skip to the application
      </a>
      <OfflineBanner />
      <ProjectHeader live={live} state={state} view={view} onView={(next) => change({ view: next === "work" ? "work" : null }, { replace: true })} />
      <main className="grid min-h-0 flex-1 lg:grid-cols-[minmax(21rem,27rem)_minmax(0,1fr)]">
        <h1 className="sr-only">{state.project.name}</h1>
        <section aria-label="Conversation" className={`min-h-0 min-w-0 flex-col border-line lg:flex lg:border-r ${view === "chat" ? "flex" : "hidden"}`}>
          {blocked && (
            // Beside the preview, which says the same, it would say it twice.
            <div className={`border-b border-line p-3 ${(query.get("tab") ?? "preview") === "preview" ? "lg:hidden" : ""}`}>
              <SystemBanner system={system.data} />
            </div>
          )}
          <div className="min-h-0 flex-1">
            <Conversation state={state} accept={live.accept} reload={live.reload} />
          </div>
        </section>
        <section id="work" aria-label="Application" tabIndex={-1} className={`min-h-0 min-w-0 flex-col outline-none lg:flex ${view === "work" ? "flex" : "hidden"}`}>
          <Work state={state} system={system.data} accept={live.accept} />
        </section>
      </main>
      <Announcer state={state} />
    </div>
  );
}

/** Tells screen readers how the job goes, politely and in one sentence. */
function Announcer({ state }: { state: ProjectState }) {
  const job = currentJob(state.jobs);
  const step = job?.steps.at(-1);
  const sentence = !job
    ? ""
    : job.status === "running" && step
      ? `${STEP_WORD[step.step].word}: ${STEP_STATUS[step.status]}`
      : `${jobTitle(job)}: ${JOB_WORD[job.status].word}`;
  const [said, setSaid] = useState("");
  // A step that lasts a blink is not worth a word: only what still holds after a moment is said.
  useEffect(() => {
    const timer = setTimeout(() => setSaid(sentence), 400);
    return () => clearTimeout(timer);
  }, [sentence]);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {said}
    </div>
  );
}
