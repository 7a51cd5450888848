import type { Job, JobAction, JobStatus, ProjectStatus, StepName, StepStatus } from "../api/types";

/** The words of the vocabulary, as people read them. */
export type Tint = "neutral" | "active" | "good" | "bad" | "ask";

export const JOB_WORD: Record<JobStatus, { word: string; tint: Tint }> = {
  queued: { word: "Queued", tint: "neutral" },
  running: { word: "Building", tint: "active" },
  succeeded: { word: "Done", tint: "good" },
  failed: { word: "Failed", tint: "bad" },
  cancelled: { word: "Cancelled", tint: "neutral" },
  needs_input: { word: "Needs you", tint: "ask" },
};

export const PROJECT_WORD: Record<ProjectStatus, { word: string; tint: Tint }> = {
  new: { word: "New", tint: "neutral" },
  building: { word: "Building", tint: "active" },
  ready: { word: "Ready", tint: "good" },
  failed: { word: "Failed", tint: "bad" },
  needs_input: { word: "Needs you", tint: "ask" },
};

export const STEP_WORD: Record<StepName, { word: string; doing: string }> = {
  plan: { word: "Plan", doing: "Understanding what you want" },
  generate: { word: "Generate", doing: "Writing the source and committing it" },
  validate: { word: "Validate", doing: "Checking style, types and safety" },
  repair: { word: "Repair", doing: "Applying safe fixes" },
  test: { word: "Test", doing: "Running the application's own tests" },
  preview: { word: "Preview", doing: "Starting the application" },
};

export const STEP_STATUS: Record<StepStatus, string> = {
  running: "running",
  succeeded: "done",
  failed: "failed",
  cancelled: "cancelled",
  skipped: "skipped",
};

const TITLES: Record<JobAction, string> = {
  message: "Build",
  undo: "Undo",
  redo: "Redo",
  restore: "Restore",
  check: "Check of your edit",
  test: "Test run",
  clone: "Copy",
  import: "Import",
  merge: "Merge",
};

export const jobTitle = (job: Job): string => TITLES[job.action];

export const ORIGIN_WORD: Record<string, string> = {
  compile: "from the plan",
  repair: "repair",
  edit: "edit by hand",
  push: "push",
  undo: "undo",
  redo: "redo",
  restore: "restored",
  revert: "step undone",
  clone: "copy",
  import: "imported",
  merge: "merged",
};
