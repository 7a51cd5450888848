// How a job goes in the double. The sentence is the script: "fails", "repairs", "no tests", "nonsense" and "holds" change its course.
import { DECISION, FINDING, TOOLS } from "./platform.mjs";
import { FILES, MANIFEST } from "./sample.mjs";

const ENDED = new Set(["succeeded", "failed", "cancelled", "needs_input"]);

export class Stories {
  constructor(platform) {
    this.platform = platform;
  }

  /** Starts the project's next job, if none runs. */
  next(project) {
    if (project.jobs.some((job) => job.status === "running")) return;
    const job = project.jobs.find((waiting) => waiting.status === "queued");
    if (job) this.run(project, job);
  }

  queue(project, job) {
    this.platform.tell(project, { type: "job.queued.v1", action: job.action, ahead: job.ahead }, job);
    this.next(project);
  }

  run(project, job) {
    Object.assign(job, { status: "running", started_at: new Date().toISOString(), ended_at: null, problem: null, summary: null, ahead: 0 });
    project.status = "building";
    this.platform.tell(project, { type: "job.started.v1", action: job.action }, job);
    this.play(project, job).catch((stop) => {
      if (stop !== STOPPED) throw stop;
    });
  }

  async play(project, job) {
    const text = (job.text ?? "").toLowerCase();
    if (job.action === "message") {
      await this.step(project, job, "plan");
      if (text.includes("nonsense")) return this.end(project, job, "needs_input", "What shall I keep track of? Name the things, and what belongs to them.");
      project.plan = { manifest: MANIFEST, decision: DECISION, summary: "Tasks that belong to projects." };
      this.platform.tell(project, { type: "plan.made.v1", ...project.plan }, job);
    }
    if (job.action !== "test" && job.action !== "check") await this.write(project, job, text);
    // A page that does not build is not shown: the one before it stays.
    if (job.action !== "test") await Promise.all([text.includes("fails") || this.show(project, job), this.validate(project, job, text)]);
    if (ENDED.has(job.status)) return undefined;
    await this.test(project, job, text);
    if (text.includes("no tests")) return this.fail(project, job, "tests_failed", "One test fails: a task needs a title.");
    return this.end(project, job, "succeeded", `Done: ${job.text ?? job.action}. The application runs, and its 14 tests pass.`);
  }

  async write(project, job, text) {
    await this.step(project, job, "generate", 1, () => {
      const [last, before] = project.commits;
      const files = { undo: () => before?.files, redo: () => project.undone.pop() }[job.action]?.() ?? { ...(last?.files ?? FILES), "CHANGES.md": `${text}\n` };
      if (job.action === "undo") project.undone.push(last.files);
      this.platform.addCommit(project, job.action === "message" ? "compile" : job.action, job.text || job.action, files, job);
      this.platform.tell(project, { type: "code.changed.v1", commit: project.commit, changed: true, manifest: MANIFEST, files: Object.keys(files).length }, job);
    });
  }

  async validate(project, job, text) {
    const judge = (diagnostics) => {
      const passed = !diagnostics.some((found) => found.severity === "error");
      project.checks = { commit: project.commit, passed, score: 100 - diagnostics.length * 2, diagnostics, tools: TOOLS };
      this.platform.tell(project, { type: "commit.validated.v1", ...project.checks }, job);
    };
    const error = { ...FINDING, tool: "ruff", code: "F401", severity: "error", message: "`date` is imported but never used.", fixable: true };
    const broken = text.includes("fails");
    await this.step(project, job, "validate", 1, () => judge(broken || text.includes("repairs") ? [error, FINDING] : [FINDING]));
    if (broken) return this.fail(project, job, "validation_failed", "The generated code has 1 error that could not be repaired.");
    if (!text.includes("repairs")) return undefined;
    await this.step(project, job, "repair", 1, () => this.platform.addCommit(project, "repair", "Apply ruff's safe fixes", project.commits[0].files, job));
    return this.step(project, job, "validate", 2, () => judge([FINDING]));
  }

  async test(project, job, text) {
    if (!this.platform.sandbox) return this.skip(project, job, "test");
    return this.step(project, job, "test", 1, () => {
      const failed = text.includes("no tests") ? 1 : 0;
      const lines = "backend/tests/test_tasks.py ..............                 [100%]\n\n14 passed in 0.83s\n";
      this.platform.tell(project, { type: "log.appended.v1", source: "test", stream: "stdout", offset: 0, text: lines }, job);
      const cases = failed ? [{ name: "test_a_task_needs_a_title", outcome: "failed", seconds: 0.1, message: "assert 201 == 422" }] : [];
      project.tests = { commit: project.commit, passed: !failed, verdict: "exited", enforced: this.platform.limits.enforced, accepted: this.platform.limits.accepted, report: { passed: 14 - failed, failed, skipped: 0, seconds: 0.83, cases } };
      job.tests = { passed: 14 - failed, failed, skipped: 0 };
      this.platform.tell(project, { type: "commit.tested.v1", ...project.tests }, job);
    });
  }

  async show(project, job) {
    if (!this.platform.sandbox) return this.skip(project, job, "preview");
    return this.step(project, job, "preview", 1, () => {
      const host = this.platform.showPreview(project);
      this.platform.tell(project, { type: "preview.ready.v1", preview_id: "v", commit: project.commit, host, enforced: project.preview.enforced }, job);
    });
  }

  skip(project, job, step) {
    const problem = { code: "sandbox_unavailable", detail: "No safe sandbox is possible here.", next: "Install bubblewrap.", retryable: false };
    job.steps.push({ step, round: 1, status: "skipped", seconds: 0, problem });
    this.platform.tell(project, { type: "step.ended.v1", step, round: 1, status: "skipped", seconds: 0, problem }, job);
  }

  async step(project, job, step, round = 1, work = () => {}) {
    this.alive(job);
    const entry = { step, round, status: "running", seconds: null, problem: null };
    job.steps.push(entry);
    const begun = Date.now();
    this.platform.tell(project, { type: "step.started.v1", step, round }, job);
    await new Promise((go) => setTimeout(go, this.platform.pace));
    await this.platform.held.get(step)?.promise;
    this.alive(job);
    work();
    Object.assign(entry, { status: "succeeded", seconds: (Date.now() - begun) / 1000 });
    this.platform.tell(project, { type: "step.ended.v1", step, round, status: "succeeded", seconds: entry.seconds, problem: null }, job);
  }

  alive(job) {
    if (job.status !== "running") throw STOPPED;
  }

  fail(project, job, code, detail) {
    const problem = { code, detail, next: "Say it in other words, or try again.", retryable: false };
    const last = job.steps.at(-1);
    Object.assign(last, { status: "failed", problem });
    this.platform.tell(project, { type: "step.ended.v1", step: last.step, round: last.round, status: "failed", seconds: last.seconds ?? 0, problem }, job);
    this.end(project, job, "failed", detail, problem);
  }

  cancel(project, job) {
    for (const step of job.steps) if (step.status === "running") step.status = "cancelled";
    this.end(project, job, "cancelled", "Cancelled, as you asked. What was committed stays.");
  }

  end(project, job, status, summary, problem = null) {
    const at = new Date().toISOString();
    Object.assign(job, { status, summary, problem, ended_at: at });
    Object.assign(project, { status: { succeeded: "ready", cancelled: project.commit ? "ready" : "new" }[status] ?? status, updated_at: at });
    if (job.action === "message" || status === "needs_input") this.platform.addMessage(project, "assistant", summary, job);
    this.platform.tell(project, { type: "job.ended.v1", status, summary, commit: project.commit, problem }, job);
    this.next(project);
  }
}

const STOPPED = Symbol("the job was cancelled");
