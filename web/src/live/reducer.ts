import type { Checks, Event, Job, JobAction, JobStatus, Message, ModelProgress, Plan, Preview, Project, ProjectStatus, Step, TestRun } from "../api/types";

/** What a panel fetches for itself. A number grows each time an event says that the answer would now be another. */
export type Resource = "project" | "jobs" | "messages" | "plan" | "code" | "checks" | "tests" | "preview" | "branches";

export interface LogPiece {
  seq: number;
  source: "test" | "preview";
  stream: "stdout" | "stderr";
  text: string;
  /** The end of this piece in its stream, in bytes. */
  end: number;
}

/** What a model is writing for a job: the end of its text, and where that stands. */
export interface Writing extends ModelProgress {
  end: number;
}

export interface ProjectState {
  /** The last event that went in. */
  seq: number;
  project: Project;
  /** Oldest first. */
  jobs: Job[];
  messages: Message[];
  plan: Plan | null;
  checks: Checks | null;
  tests: TestRun | null;
  logs: LogPiece[];
  /** By job, while one of its steps asks a model. */
  writing: Record<string, Writing>;
  /** Where the preview is on its way to, when an event said so and the answer of the API is still to come. */
  previewStatus: Preview["status"] | null;
  revisions: Record<Resource, number>;
  deleted: boolean;
}

const LOG_PIECES = 2_000;
/** Characters of a reply that stay on the page while it is written. */
const KEPT = 20_000;
const ENDED = new Set(["succeeded", "failed", "cancelled", "needs_input"]);
export const hasEnded = (job: Job): boolean => ENDED.has(job.status);

export function initialState(project: Project, jobs: Job[], messages: Message[]): ProjectState {
  return {
    seq: project.last_seq,
    project,
    jobs: [...jobs].sort(byCreation),
    messages,
    plan: null,
    checks: null,
    tests: null,
    logs: [],
    writing: {},
    previewStatus: null,
    revisions: { project: 0, jobs: 0, messages: 0, plan: 0, code: 0, checks: 0, tests: 0, preview: 0, branches: 0 },
    deleted: false,
  };
}

/** The state after an event. An event that has already gone in changes nothing; one that is not known makes everything be fetched again. */
export function reduce(state: ProjectState, seq: number, event: Event): ProjectState {
  if (seq <= state.seq) return state;
  return { ...apply(state, seq, event), seq };
}

/** What is told just now. It stands until the step that it belongs to has ended. */
export function withProgress(state: ProjectState, told: ModelProgress): ProjectState {
  const before = state.writing[told.job_id];
  const end = told.offset + [...told.text].length; // both sides count characters, not their halves
  const goesOn = before?.reply === told.reply && told.offset <= before.end;
  if (goesOn && end < before.end) return state;
  const text = goesOn ? without(before.text, before.end - told.offset) + told.text : told.text;
  return { ...state, writing: { ...state.writing, [told.job_id]: { ...told, text: text.slice(-KEPT), end } } };
}

const without = (text: string, last: number): string => (last ? [...text].slice(0, -last).join("") : text);

function written(state: ProjectState, job: string | null): ProjectState {
  if (!job || !state.writing[job]) return state;
  const { [job]: _, ...writing } = state.writing;
  return { ...state, writing };
}

function apply(state: ProjectState, seq: number, event: Event): ProjectState {
  switch (event.type) {
    case "project.created.v1":
      return state;
    case "project.renamed.v1":
      return { ...state, project: { ...state.project, name: event.name } };
    case "project.deleted.v1":
      return { ...state, deleted: true };
    case "message.posted.v1":
      return withMessage(state, { id: event.id, role: event.role, text: event.text, at: event.at, job_id: event.job_id, attachments: event.attachments ?? [] });
    case "job.queued.v1":
      return withJob(state, event, (job) => ({ ...job, action: event.action, ahead: event.ahead, ...(hasEnded(job) ? rerun : {}) }));
    case "job.started.v1":
      return building(withJob(state, event, (job) => ({ ...job, ...rerun, action: event.action, status: "running", started_at: event.at })));
    case "step.started.v1":
      return stepStarted(written(state, event.job_id), event);
    case "step.ended.v1":
      return withJob(written(state, event.job_id), event, (job) => ({
        ...job,
        steps: withStep(job.steps, { step: event.step, round: event.round, status: event.status, seconds: event.seconds, problem: event.problem }),
      }));
    case "job.ended.v1":
      return jobEnded(written(state, event.job_id), event);
    case "plan.made.v1":
      return touch(
        event.manifest ? { ...state, plan: { manifest: event.manifest, decision: event.decision, summary: event.summary } } : state,
        "plan",
      );
    case "plan.answered.v1":
      return state;
    case "commit.created.v1":
      return touch({ ...state, project: { ...state.project, commit: event.commit } }, "code");
    case "code.changed.v1":
      return touch({ ...state, plan: planOf(state.plan, event), project: { ...state.project, commit: event.commit } }, "plan");
    case "ref.changed.v1": // the history shows the names of versions
      return touch(state, "code", "branches");
    case "code.proposed.v1":
      return touch(state, "branches");
    case "commit.validated.v1":
      return { ...state, checks: pick(event, ["commit", "passed", "score", "diagnostics", "tools"]) };
    case "commit.tested.v1":
      return {
        ...withJob(state, event, (job) => ({ ...job, tests: pick(event.report, ["passed", "failed", "skipped"]) })),
        tests: pick(event, ["commit", "passed", "verdict", "report", "enforced", "accepted"]),
      };
    case "preview.ready.v1":
      return touch({ ...state, previewStatus: "running" }, "preview");
    case "preview.stopped.v1":
      return touch({ ...state, previewStatus: event.reason === "replaced" ? "starting" : event.reason === "crashed" ? "failed" : "stopped" }, "preview");
    case "preview.troubled.v1":
      return touch(state, "preview");
    case "log.appended.v1":
      return withLog(state, seq, event);
    case "merge.conflicted.v1":
      return withJob(state, event, (job) => ({ ...job, conflict: event.files }));
    case "step.skipped.v1":
    case "step.failed.v1":
      // The conductor tells what it made of them: step.ended or a retry.
      return state;
    default:
      return touch(state, "project", "jobs", "messages", "plan", "code", "checks", "tests", "preview", "branches");
  }
}

/** What a job that runs again forgets of its last end. */
const rerun = { status: "queued" as const, ended_at: null, problem: null, summary: null };

type Of<T extends Event["type"]> = Extract<Event, { type: T }>;

function stepStarted(state: ProjectState, event: Of<"step.started.v1">): ProjectState {
  const next = withJob(state, event, (job) => ({
    ...job,
    status: "running",
    steps: withStep(job.steps, { step: event.step, round: event.round, status: "running", seconds: null, problem: null, started_at: event.at }),
  }));
  if (event.step === "preview") return state.previewStatus === "running" ? next : { ...next, previewStatus: "starting" };
  // A new test run writes its output anew.
  return event.step === "test" ? { ...next, logs: next.logs.filter((piece) => piece.source !== "test") } : next;
}

function jobEnded(state: ProjectState, event: Of<"job.ended.v1">): ProjectState {
  const ended = withJob(state, event, (job) => ({
    ...job,
    status: event.status,
    summary: event.summary,
    problem: event.problem,
    commit: event.commit ?? job.commit,
    ended_at: event.at,
    steps: job.steps.map((step) => (step.status === "running" ? { ...step, status: "cancelled" as const } : step)),
  }));
  const commit = event.commit ?? state.project.commit;
  const project = { ...ended.project, commit, status: statusAfter(ended.jobs, event.status, commit), updated_at: event.at };
  return touch({ ...ended, project }, "preview", "branches");
}

function statusAfter(jobs: Job[], ended: JobStatus, commit: string | null): ProjectStatus {
  if (jobs.some((job) => !hasEnded(job))) return "building";
  if (ended === "failed" || ended === "needs_input") return ended;
  return commit ? "ready" : "new";
}

/** An undo or a redo changes the plan too. Why it was made so is then the platform's to tell again. */
function planOf(plan: Plan | null, event: Of<"code.changed.v1">): Plan | null {
  if (!event.manifest || JSON.stringify(event.manifest) === JSON.stringify(plan?.manifest)) return plan;
  return { manifest: event.manifest, decision: null, summary: null };
}

function building(state: ProjectState): ProjectState {
  return { ...state, project: { ...state.project, status: "building" } };
}

function withJob(state: ProjectState, event: Event, change: (job: Job) => Job): ProjectState {
  if (!event.job_id) return state;
  const known = state.jobs.find((job) => job.id === event.job_id);
  const action = "action" in event ? event.action : "message";
  const job = change(known ?? newJob(event.job_id, event.project_id, action, event.at));
  const jobs = known ? state.jobs.map((other) => (other === known ? job : other)) : [...state.jobs, job].sort(byCreation);
  return { ...state, jobs: countAhead(jobs) };
}

/** A job as its 202 answer or the list gave it, merged with what events have already said. */
export function addJob(state: ProjectState, job: Job): ProjectState {
  const known = state.jobs.some((other) => other.id === job.id);
  return known ? state : { ...state, jobs: countAhead([...state.jobs, job].sort(byCreation)) };
}

/** A turn of the conversation, once: the answer to a POST and the event name it by the same id, or by the same words for the same job. */
export function withMessage(state: ProjectState, message: Message): ProjectState {
  const known = state.messages.some(
    (other) =>
      other.id === message.id ||
      (message.job_id !== null && other.job_id === message.job_id && other.role === message.role && other.text === message.text),
  );
  return known ? state : { ...state, messages: [...state.messages, message] };
}

function newJob(id: string, project: string, action: JobAction, at: string): Job {
  return {
    id,
    project_id: project,
    action,
    status: "queued",
    text: null,
    ahead: 0,
    steps: [],
    summary: null,
    problem: null,
    commit: null,
    tests: null,
    created_at: at,
    started_at: null,
    ended_at: null,
  };
}

function countAhead(jobs: Job[]): Job[] {
  let ahead = 0;
  return jobs.map((job) => {
    if (hasEnded(job)) return job;
    const mine = job.status === "queued" ? ahead : 0;
    ahead += 1;
    return job.ahead === mine ? job : { ...job, ahead: mine };
  });
}

/** The newest step of that name and round takes the change; one that starts again after its failure (a retry) stands anew. */
function withStep(steps: Step[], step: Step): Step[] {
  const at = steps.findLastIndex((other) => other.step === step.step && other.round === step.round);
  const before = steps[at];
  const again = step.status === "running" && (before?.status === "failed" || before?.status === "cancelled");
  if (!before || again) return [...steps, step];
  return steps.with(at, { ...before, ...step });
}

function withLog(state: ProjectState, seq: number, event: Of<"log.appended.v1">): ProjectState {
  const end = event.offset + new TextEncoder().encode(event.text).length;
  const before = state.logs.findLast((piece) => piece.source === event.source && piece.stream === event.stream);
  // An offset that falls back is a new run of that source: its old output goes.
  const kept = before && event.offset < before.end ? state.logs.filter((piece) => piece.source !== event.source) : state.logs;
  const piece = { seq, source: event.source, stream: event.stream, text: event.text, end };
  return { ...state, logs: [...kept, piece].slice(-LOG_PIECES) };
}

function touch(state: ProjectState, ...resources: Resource[]): ProjectState {
  const revisions = { ...state.revisions };
  for (const resource of resources) revisions[resource] += 1;
  return { ...state, revisions };
}

function pick<T, K extends keyof T>(from: T, keys: K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}

function byCreation(a: Job, b: Job): number {
  return a.created_at < b.created_at ? -1 : a.created_at > b.created_at ? 1 : 0;
}
