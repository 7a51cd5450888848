import type { Commit, JobStatus, Problem, TestCounts } from "./types";

export interface Branch {
  name: string;
  commit: Commit;
  /** Where it left `main`. */
  base: string | null;
}

/** What a change touches: see `contracts/impact.py`. */
export interface Impact {
  text: string;
  symbols: { path: string; name: string; change: "added" | "changed" | "removed" }[];
  importers: string[];
  tests: string[];
}

/** One thing that a project remembers. */
export interface Memory {
  id: string;
  kind: "wish" | "decision";
  text: string;
  at: string;
  job_id: string | null;
}

/** A model's change that waits on a branch for a person. */
export interface Proposal {
  branch: string;
  commit: Commit;
  base: string | null;
  job_id: string | null;
  status: JobStatus | null;
  text: string;
  files: { path: string; change: "added" | "modified" | "deleted"; added: number; removed: number }[];
  checks: { passed: boolean; score: number; errors: number } | null;
  tests: TestCounts | null;
  waits: Problem | null;
  used: { model: string; calls: number; input: number; output: number; cost: string | null } | null;
  impact: Impact | null;
}

/** What models were used for, by the ledger. */
export interface ModelUsage {
  calls: number;
  input: number;
  output: number;
  cached: number;
  cache_written: number;
  reasoning: number;
  estimated: number;
  open: number;
  cost: string;
  open_cost: string;
}

/** One model at one provider; what is left out is the vendor's own, or the usual. */
export interface ModelSettings {
  name: string;
  vendor: string;
  model: string;
  url?: string | null;
  tasks?: ("vision" | "reasoning" | "code" | "ui" | "cheap")[] | null;
}

export interface SetUpModel {
  settings: ModelSettings;
  origin: "project" | "instance" | "file";
  has_key: boolean;
  readable: boolean;
}

export interface BudgetCap {
  tokens: number | null;
  cost: string | null;
  soft: number;
}

export interface ModelSetup {
  models: SetUpModel[];
  budgets: { job: BudgetCap; project: BudgetCap };
  own_budgets: boolean;
  keeps_keys: boolean;
  problem: string | null;
}

export interface ModelVerdict {
  ok: boolean;
  kind: string;
  sentence: string;
  seconds: number;
}

/** A model at work, as it is told while it happens and kept by nobody: see `contracts/live.py`. */
export interface ModelProgress {
  type: "model.progress.v1";
  project_id: string;
  job_id: string;
  reply: string;
  model: string;
  place: number;
  offset: number;
  text: string;
  files: { path: string; change: "file" | "patch" | "delete" | "rename"; lines: number }[];
  tokens: number;
  most_tokens: number;
  cost: string | null;
  most_cost: string | null;
}
