import type { ModelProgress } from "./model-types";
import type { Decision, Manifest } from "./plan-types";

export type * from "./model-types";
export type * from "./plan-types";

/** The shapes of the HTTP API and of the events, as the page reads them. Times are ISO strings, durations are seconds. */

export type JobAction = "message" | "undo" | "redo" | "restore" | "check" | "test" | "clone" | "import" | "merge";
export type JobStatus = "queued" | "running" | "succeeded" | "failed" | "cancelled" | "needs_input";
export type StepName = "plan" | "generate" | "validate" | "repair" | "test" | "preview";
export type StepStatus = "running" | "succeeded" | "failed" | "cancelled" | "skipped";
export type ProjectStatus = "new" | "building" | "ready" | "failed" | "needs_input";
export type Role = "user" | "assistant";

export interface Problem {
  code: string;
  detail: string;
  next: string;
  status?: number;
  trace_id?: string | null;
}

export interface Step {
  step: StepName;
  round: number;
  status: StepStatus;
  seconds: number | null;
  problem: Problem | null;
  /** Known only for steps whose start this page heard. */
  started_at?: string;
}

export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

export interface Job {
  /** The places to choose in, if this page heard of them: the API may still be on its way to knowing. */
  conflict?: FileConflict[];
  id: string;
  project_id: string;
  action: JobAction;
  status: JobStatus;
  text: string | null;
  ahead: number;
  steps: Step[];
  summary: string | null;
  problem: Problem | null;
  commit: string | null;
  tests: TestCounts | null;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
}

/** A project that began as a copy or as a file. */
export interface Begun {
  project: Project;
  job: Job;
}

export type Side = "mine" | "theirs" | "both";

/** A place that a change and a person both touched; null: that side has no such file. */
export interface Hunk {
  id: string;
  line: number;
  base: string | null;
  mine: string | null;
  theirs: string | null;
}

export interface Conflict {
  job_id: string;
  paths: string[];
  files: FileConflict[];
}

export interface FileConflict {
  path: string;
  binary: boolean;
  hunks: Hunk[];
}

export interface Project {
  id: string;
  name: string;
  status: ProjectStatus;
  created_at: string;
  updated_at: string;
  job: Job | null;
  commit: string | null;
  preview_url: string | null;
  last_seq: number;
}

export interface Message {
  id: string;
  role: Role;
  text: string;
  at: string;
  job_id: string | null;
  /** The names of the files that came with it. */
  attachments?: string[];
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  has_more: boolean;
}

export interface FileEntry {
  path: string;
  size: number;
  blob: string;
}

export interface FileList {
  /** Null before the first commit. */
  commit: string | null;
  items: FileEntry[];
}

export interface FileContent {
  path: string;
  commit: string;
  blob: string;
  size: number;
  encoding: "utf-8" | "base64";
  content: string;
}

export interface FilesWritten {
  commit: string;
  changed: boolean;
}

export interface Commit {
  commit: string;
  parents: string[];
  summary: string;
  origin: string | null;
  job_id: string | null;
  step_id: string | null;
  at: string;
  author: string;
  tags: string[];
}

/** `count` lines from `line` (from 1) on, and the step that brought them. */
export interface BlameLines {
  line: number;
  count: number;
  commit: string;
  summary: string;
  origin: string | null;
  at: string;
  author: string;
}

export interface Blame {
  path: string;
  commit: string;
  items: BlameLines[];
}

export interface FileDiff {
  path: string;
  change: "added" | "modified" | "deleted";
  added: number;
  removed: number;
  binary: boolean;
  /** Null for a binary file. */
  patch: string | null;
}

export interface Diff {
  from: string | null;
  to: string;
  files: FileDiff[];
}

export interface Diagnostic {
  tool: string;
  code: string;
  severity: "error" | "warning" | "info";
  message: string;
  path: string | null;
  line: number | null;
  column: number | null;
  fixable: boolean;
  about?: "project" | "platform";
}

export interface ToolReport {
  tool: string;
  outcome: "passed" | "found" | "crashed" | "missing" | "timed_out";
  seconds: number;
}

export interface Checks {
  commit: string;
  passed: boolean;
  score: number;
  diagnostics: Diagnostic[];
  tools: ToolReport[];
}

export interface TestCase {
  name: string;
  outcome: "passed" | "failed" | "skipped" | "error";
  seconds: number;
  message: string | null;
}

/** A file that the tests have left. */
export interface Artefact {
  name: string;
  kind: "figure" | "table" | "text" | "file";
  media_type: string;
  size: number;
  digest: string;
}

export interface TestRun {
  commit: string;
  passed: boolean;
  verdict: string;
  enforced?: string[];
  accepted?: string[];
  report: TestCounts & { seconds: number; cases: TestCase[]; artefacts?: Artefact[] };
}

export interface Preview {
  status: "none" | "starting" | "running" | "stopped" | "failed";
  url: string | null;
  commit: string | null;
  /** The limits that hold; in brackets how, where it is in a coarser way than it might be. */
  enforced: string[];
  /** Limits that do not hold, which the operator has accepted by name. */
  accepted?: string[];
  detail: string | null;
  trouble?: Trouble | null;
  /** Bytes that it takes while it runs. */
  memory?: number | null;
}

/** What went wrong last in the preview, in its application's own words. */
export interface Trouble {
  commit: string | null;
  source: "script" | "console" | "request" | "server";
  text: string;
  detail: string;
  where: string;
}

/** A trouble as it stands beside the preview; a change that was not taken into it is one as well. */
export type Told = Omit<Trouble, "source"> & { source: Trouble["source"] | "change" };

/** A link that shows the preview to whoever has it. */
export interface Share {
  id: string;
  project_id: string;
  url: string;
  note: string;
  created_at: string;
  expires_at: string;
}

export interface Operations {
  /** What to know first, in sentences; empty when all is well. */
  trouble: string[];
  services: { service: string; workers: number; heard: number | null }[];
  queues: { stream: string; consumer: string; service: string; pending: number; ack_pending: number; redelivered: number; asking: number; oldest: number | null }[];
  dead: { id: string; stream: string; consumer: string; cause: string; deliveries: number; at: string; replayed_at: string | null }[];
  models: { name: string; model: string; state: string; success: number; failure: string | null }[];
  spenders: { project_id: string; calls: number; tokens: number; cost: string }[];
}

export interface System {
  version: string;
  sandbox: { available: boolean; driver: string; enforced: string[]; missing: string[]; accepted: string[]; reason: string | null; fix: string | null };
}

interface EventBase {
  id: string;
  project_id: string;
  job_id: string | null;
  at: string;
}

export type Event = EventBase &
  (
    | { type: "project.created.v1"; name: string }
    | { type: "project.renamed.v1"; name: string }
    | { type: "project.deleted.v1" }
    | { type: "message.posted.v1"; role: Role; text: string; attachments?: string[] }
    | { type: "job.queued.v1"; action: JobAction; ahead: number }
    | { type: "job.started.v1"; action: JobAction }
    | { type: "step.started.v1"; step: StepName; round: number }
    | { type: "step.ended.v1"; step: StepName; round: number; status: StepStatus; seconds: number; problem: Problem | null }
    | { type: "job.ended.v1"; status: JobStatus; summary: string; commit: string | null; problem: Problem | null }
    | { type: "plan.made.v1"; decision: Decision; summary: string; manifest: Manifest | null }
    | { type: "plan.answered.v1"; decision: Decision; asks: boolean; text: string }
    | { type: "commit.created.v1"; commit: string; parent: string | null; origin: string; summary: string }
    | { type: "code.changed.v1"; commit: string; changed: boolean; manifest: Manifest | null }
    | { type: "ref.changed.v1"; ref: string; old: string | null; new: string | null }
    | { type: "code.proposed.v1"; branch: string; commit: string; changed: boolean; text: string }
    | { type: "merge.conflicted.v1"; paths: string[]; files: FileConflict[] }
    | ({ type: "commit.validated.v1" } & Checks)
    | ({ type: "commit.tested.v1" } & TestRun)
    | { type: "preview.ready.v1"; preview_id: string; commit: string; host: string; enforced: string[] }
    | { type: "preview.stopped.v1"; preview_id: string; reason: string }
    | ({ type: "preview.troubled.v1"; preview_id: string } & Trouble)
    | { type: "step.skipped.v1"; step: StepName; problem: Problem }
    | { type: "step.failed.v1"; command_id: string; step: StepName; problem: Problem }
    | { type: "log.appended.v1"; source: "test" | "preview"; stream: "stdout" | "stderr"; offset: number; text: string }
  );

/**
 * What the WebSocket says: an event with its number; the end of the catch-up; or that our number is too old to go on from, and
 * that what is still kept begins at `seq` and follows. `now` has no number: it is told once, to who is there.
 */
export type Frame = { seq: number; event: Event } | { now: ModelProgress } | { live: true; seq: number } | { reset: true; seq?: number };

/** An experiment with a role's prompt or model, and what came of each variant. */
export interface ExperimentState {
  experiment: { name: string; role: string; sample: number };
  state: "running" | "decided" | "rolled_back";
  winner: string | null;
  said: string;
  outcomes: { name: string; given: number; settled: number; kept: number; undone: number; repairs: number; score?: number | null; cost: string; seconds: number }[];
}
