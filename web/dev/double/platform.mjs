// The double's memory: projects, their events and who listens. It has the shapes of the gateway and none of its depth.
import { createHash, randomUUID } from "node:crypto";

import { FILES, MANIFEST, README_V0 } from "./sample.mjs";

export const oid = (text) => createHash("sha1").update(text).digest("hex");
const ENDED = new Set(["succeeded", "failed", "cancelled", "needs_input"]);
const NO_TIMINGS = { plan: null, generate: null, validate: null, test: null, preview: null, total: null };

export class Platform {
  constructor() {
    this.reset();
  }

  reset() {
    for (const listener of this.listeners ?? []) listener.socket.cut();
    this.seq = 0;
    this.first = 1;
    this.projects = new Map();
    this.jobs = new Map();
    this.log = [];
    this.listeners = new Set();
    this.sandbox = true;
    this.limits = { enforced: ["network", "memory"], accepted: [], fix: null };
    this.pace = 120;
    this.held = new Map();
  }

  addProject(name, at = new Date()) {
    const id = `p-${randomUUID().slice(0, 8)}`;
    const time = at.toISOString();
    const project = {
      id, name, status: "new", created_at: time, updated_at: time, commit: null, last_seq: 0, job: null,
      messages: [], jobs: [], commits: [], plan: null, checks: null, tests: null, undone: [],
      preview: { status: "none", url: null, commit: null, enforced: [], detail: null },
    };
    this.projects.set(id, project);
    this.tell(project, { type: "project.created.v1", name });
    return project;
  }

  addJob(project, action, text) {
    const id = `j-${randomUUID().slice(0, 8)}`;
    const waiting = project.jobs.filter((job) => !ENDED.has(job.status)).length;
    const job = {
      id, project_id: project.id, action, status: "queued", text, ahead: waiting, steps: [], summary: null, problem: null, commit: null,
      tests: null, timings: { ...NO_TIMINGS }, preview_url: null, trace_id: oid(id).slice(0, 32), created_at: new Date().toISOString(),
      started_at: null, ended_at: null,
    };
    project.jobs.push(job);
    this.jobs.set(id, job);
    return job;
  }

  addMessage(project, role, text, job, attachments = []) {
    const message = { id: role === "user" ? `${job.id}:asked` : `${job.id}:answered`, role, text, at: new Date().toISOString(), job_id: job.id, attachments };
    project.messages.push(message);
    this.tell(project, { id: message.id, type: "message.posted.v1", role, text, attachments, at: message.at }, job);
    return message;
  }

  addCommit(project, origin, summary, files, job = null) {
    const parent = project.commits[0]?.commit ?? null;
    const commit = oid(`${project.id}${project.commits.length}${summary}${JSON.stringify(files)}`);
    const before = project.commits[0]?.files ?? {};
    const at = new Date().toISOString();
    project.commits.unshift({ commit, parents: parent ? [parent] : [], summary, origin, job_id: job?.id ?? null, step_id: `${commit.slice(0, 8)}:step`, at, author: "Barnraise", tags: [], files });
    project.commit = commit;
    if (job) job.commit = commit;
    const changed = [...new Set([...Object.keys(files), ...Object.keys(before)])].filter((path) => files[path] !== before[path]);
    this.tell(project, { type: "commit.created.v1", commit, parent, origin, summary, files: changed.map((path) => ({ path, change: "modified" })) }, job);
    return commit;
  }

  /** An event: numbered, kept, and said to everybody who listens. */
  tell(project, event, job = null) {
    const seq = ++this.seq;
    const whole = { id: `${seq}`, project_id: project.id, job_id: job?.id ?? null, at: new Date().toISOString(), ...event };
    project.last_seq = seq;
    this.log.push({ seq, event: whole });
    for (const listener of this.listeners) {
      if (!listener.project || listener.project === project.id) listener.socket.send({ seq, event: whole });
    }
    return whole;
  }

  /** Something that happens just now: said to who listens, and not kept. */
  glance(project, progress) {
    const now = { type: "model.progress.v1", project_id: project.id, reply: "r", model: "", place: 0, offset: 0, text: "", files: [], tokens: 0, most_tokens: 0, cost: null, most_cost: null, ...progress };
    for (const listener of this.listeners) if (listener.project === project.id) listener.socket.send({ now });
  }

  listen(socket, project, after) {
    if (after !== null && after + 1 < this.first) socket.send({ reset: true, seq: this.first });
    if (after !== null) {
      for (const item of this.log) if (item.seq > after && (!project || item.event.project_id === project)) socket.send(item);
    }
    socket.send({ live: true, seq: this.seq });
    const listener = { socket, project };
    this.listeners.add(listener);
    return listener;
  }

  cut() {
    for (const listener of this.listeners) listener.socket.cut();
    this.listeners.clear();
  }

  /** Everything up to now is no longer kept. */
  forget() {
    this.log = [];
    this.first = this.seq + 1;
  }

  remove(project) {
    this.tell(project, { type: "project.deleted.v1" });
    this.projects.delete(project.id);
  }

  view(project) {
    const { id, name, status, created_at, updated_at, commit, last_seq, preview, jobs } = project;
    return { id, name, status, created_at, updated_at, job: jobs.at(-1) ?? null, commit, preview_url: preview.url, last_seq };
  }

  /** A project with a past: built, refined, edited by hand. */
  seed(name = "Task board", prompt = "Build a web app for managing tasks that belong to projects.") {
    const project = this.addProject(name, new Date(Date.now() - 3 * 3600_000));
    const job = this.addJob(project, "message", prompt);
    this.addMessage(project, "user", prompt, job);
    this.addCommit(project, "compile", "Raise the task board: tasks and projects", { ...FILES, "README.md": README_V0 }, job);
    project.plan = { manifest: MANIFEST, decision: DECISION, summary: "Tasks that belong to projects." };
    project.checks = { commit: project.commit, passed: true, score: 98, diagnostics: [FINDING], tools: TOOLS };
    project.tests = { commit: project.commit, passed: true, verdict: "exited", report: { passed: 14, failed: 0, skipped: 0, seconds: 0.83, cases: [] } };
    const at = new Date(Date.now() - 3 * 3600_000);
    Object.assign(job, {
      status: "succeeded", summary: "Your application runs.", tests: { passed: 14, failed: 0, skipped: 0 }, created_at: at.toISOString(),
      started_at: at.toISOString(), ended_at: new Date(at.getTime() + 3400).toISOString(),
      steps: [["plan", 0.1], ["generate", 0.3], ["validate", 0.9], ["test", 1.6], ["preview", 1.9]].map(([step, seconds]) => ({ step, round: 1, status: "succeeded", seconds, problem: null })),
    });
    this.addMessage(project, "assistant", ANSWER, job);
    this.addCommit(project, "edit", "Edit README.md", FILES);
    project.status = "ready";
    return project;
  }

  showPreview(project, commit = project.commit) {
    const host = `v${oid(project.id).slice(0, 31)}`;
    project.preview = { status: "running", url: `http://${host}.localhost:${this.port}/`, commit, enforced: this.limits.enforced, accepted: this.limits.accepted, detail: null };
    return host;
  }
}

export const DECISION = {
  intent: "create",
  reasons: ["It names things to keep and what belongs to what."],
  understood: ["Tasks have a title, a description, a due date, a priority and a done flag.", "A task belongs to a project.", "Projects have a name and a colour."],
  assumed: ["A project's name is unique.", "Deleting a project deletes its tasks."],
  open_points: ["Who may see whose tasks? For now everybody sees all of them."],
};

export const TOOLS = [
  { tool: "ruff", outcome: "passed", seconds: 0.05 },
  { tool: "types", outcome: "passed", seconds: 0.41 },
  { tool: "bandit", outcome: "found", seconds: 0.38 },
  { tool: "typescript", outcome: "passed", seconds: 0.62 },
];

export const FINDING = {
  tool: "bandit", code: "B608", severity: "warning", message: "Possible SQL injection through a string that is put together here.",
  path: "backend/app/tasks.py", line: 12, column: 5, fixable: false,
};

const ANSWER = `Your application runs. It keeps **tasks** and **projects**:
- a task has a title, a description, a due date, a priority and a done flag
- each task belongs to a project

Try it on the right, or say what shall change, for example \`add an assignee to tasks\`.`;
