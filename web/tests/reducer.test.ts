import { describe, expect, it } from "vitest";

import type { Event, Job, ModelProgress, Project } from "../src/api/types";
import { addJob, initialState, type ProjectState, reduce, withMessage, withProgress } from "../src/live/reducer";

const AT = "2026-01-01T10:00:00Z";
const project: Project = {
  id: "p", name: "Tasks", status: "new", created_at: AT, updated_at: AT, job: null, commit: null, preview_url: null, last_seq: 10,
};

const start = (): ProjectState => initialState(project, [], []);

// The test's events leave out what the reducer does not look at.
function tell(type: Event["type"] | "odd.thing.v9", more: object = {}, job: string | null = "j1"): Event {
  return { id: `${type}:${JSON.stringify(more)}`, project_id: "p", job_id: job, at: AT, type, ...more } as Event;
}

function play(state: ProjectState, ...events: Event[]): ProjectState {
  return events.reduce((before, event) => reduce(before, before.seq + 1, event), state);
}

const queued = (job = "j1", at = AT) => ({ ...tell("job.queued.v1", { action: "message", ahead: 0 }, job), at }) as Event;
const started = (job = "j1") => tell("job.started.v1", { action: "message" }, job);
const ended = (status = "succeeded", job = "j1", commit: string | null = "c1") => tell("job.ended.v1", { status, summary: "It runs.", commit, problem: null }, job);
const step = (name: string, round = 1) => tell("step.started.v1", { step: name, round });
const stepped = (name: string, status = "succeeded", round = 1) => tell("step.ended.v1", { step: name, round, status, seconds: 0.5, problem: null });

const newest = (state: ProjectState): Job => state.jobs.at(-1) as Job;

describe("trouble in the preview", () => {
  it("makes the panel ask for the preview again", () => {
    const before = start();
    const after = play(before, tell("preview.troubled.v1", { source: "script", text: "x is undefined", detail: "", where: "/" }, null));
    expect(after.revisions.preview).toBe(before.revisions.preview + 1);
  });
});

describe("numbers", () => {
  it("let an event in once, whatever comes again", () => {
    const once = reduce(start(), 11, tell("message.posted.v1", { role: "user", text: "hello" }));
    expect(reduce(once, 11, tell("message.posted.v1", { role: "user", text: "again" }))).toBe(once);
    expect(reduce(once, 4, tell("project.renamed.v1", { name: "Old" }))).toBe(once);
    expect(once.seq).toBe(11);
  });

  it("do not touch the state that was there before", () => {
    const before = start();
    const frozen = JSON.stringify(before);
    play(before, queued(), started(), step("plan"), stepped("plan"), ended());
    expect(JSON.stringify(before)).toBe(frozen);
  });
});

describe("a job", () => {
  it("goes from queued over its steps to its end", () => {
    const running = play(start(), queued(), started(), step("plan"), stepped("plan"), step("generate"));
    expect(newest(running).status).toBe("running");
    expect(running.project.status).toBe("building");
    expect(newest(running).steps.map((each) => [each.step, each.status, each.seconds])).toEqual([
      ["plan", "succeeded", 0.5],
      ["generate", "running", null],
    ]);
    const done = play(running, stepped("generate"), ended());
    expect(newest(done)).toMatchObject({ status: "succeeded", summary: "It runs.", commit: "c1", ended_at: AT });
    expect(done.project).toMatchObject({ status: "ready", commit: "c1" });
  });

  it("keeps the rounds of a step apart", () => {
    const state = play(start(), started(), step("validate"), stepped("validate"), step("repair"), stepped("repair"), step("validate", 2));
    expect(newest(state).steps.map((each) => `${each.step} ${each.round} ${each.status}`)).toEqual(["validate 1 succeeded", "repair 1 succeeded", "validate 2 running"]);
  });

  it("forgets its failure when it runs again, and the failed step stands beside its retry", () => {
    const failed = play(start(), started(), step("test"), stepped("test", "failed"), ended("failed", "j1", null));
    expect(failed.project.status).toBe("failed");
    const again = play(failed, queued(), started(), step("test"));
    expect(newest(again)).toMatchObject({ status: "running", problem: null, summary: null, ended_at: null });
    expect(newest(again).steps.map((each) => each.status)).toEqual(["failed", "running"]);
  });

  it("leaves no step running behind", () => {
    expect(newest(play(start(), started(), step("plan"), ended("cancelled"))).steps[0]?.status).toBe("cancelled");
  });

  it("counts what is ahead of it", () => {
    const state = play(start(), queued("j1"), started("j1"), queued("j2", "2026-01-01T10:00:01Z"), queued("j3", "2026-01-01T10:00:02Z"));
    expect(state.jobs.map((job) => job.ahead)).toEqual([0, 1, 2]);
    expect(play(state, ended("succeeded", "j1")).jobs.map((job) => job.ahead)).toEqual([0, 0, 1]);
  });

  it("that ends while another waits leaves the project building", () => {
    const state = play(start(), started("j1"), queued("j2", "2026-01-01T10:00:01Z"), ended("succeeded", "j1"));
    expect(state.project.status).toBe("building");
  });

  it("cancelled without any code leaves the project new", () => {
    expect(play(start(), started(), ended("cancelled", "j1", null)).project.status).toBe("new");
  });

  it("told by its 202 answer and by its events is one job", () => {
    const state = play(start(), queued());
    expect(addJob(state, newest(state)).jobs).toHaveLength(1);
    expect(addJob(start(), newest(state)).jobs).toHaveLength(1);
  });
});

describe("the conversation", () => {
  it("has a turn once, by its id or by its words for its job", () => {
    const said = { id: "m1", role: "user" as const, text: "hello", at: AT, job_id: "j1" };
    const state = withMessage(start(), said);
    expect(withMessage(state, said)).toBe(state);
    expect(play(state, tell("message.posted.v1", { role: "user", text: "hello" })).messages).toHaveLength(1);
    expect(play(state, tell("message.posted.v1", { role: "assistant", text: "hello" })).messages).toHaveLength(2);
    expect(play(state, tell("message.posted.v1", { role: "user", text: "hello" }, "j2")).messages).toHaveLength(2);
  });
});

describe("what is found out", () => {
  const manifest = { name: "a", title: "A", entities: [] };

  it("is the plan, until an undo brings another", () => {
    const planned = play(start(), tell("plan.made.v1", { manifest, decision: { intent: "create", reasons: ["so"] }, summary: "A" }));
    expect(planned.plan?.decision?.reasons).toEqual(["so"]);
    const same = play(planned, tell("code.changed.v1", { commit: "c", changed: true, manifest: { ...manifest } }));
    expect(same.plan).toBe(planned.plan);
    const other = play(same, tell("code.changed.v1", { commit: "d", changed: true, manifest: { ...manifest, title: "B" } }));
    expect(other.plan).toEqual({ manifest: { ...manifest, title: "B" }, decision: null, summary: null });
    expect(other.revisions.plan).toBe(3);
  });

  it("is the checks and the tests, without the envelope", () => {
    const report = { passed: 3, failed: 1, skipped: 0, seconds: 1, cases: [] };
    const state = play(
      start(),
      started(),
      tell("commit.validated.v1", { commit: "c", passed: true, score: 100, diagnostics: [], tools: [] }),
      tell("commit.tested.v1", { commit: "c", passed: false, verdict: "exited", report }),
    );
    expect(state.checks).toEqual({ commit: "c", passed: true, score: 100, diagnostics: [], tools: [] });
    expect(state.tests?.report).toEqual(report);
    expect(newest(state).tests).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it("makes the panels fetch what an event does not carry", () => {
    const state = play(start(), tell("commit.created.v1", { commit: "c", parent: null, origin: "edit", summary: "e" }, null), tell("preview.ready.v1", { commit: "c" }));
    expect(state.revisions).toMatchObject({ code: 1, preview: 1, plan: 0 });
    expect(state.project.commit).toBe("c");
  });

  it("that is not known makes everything be fetched", () => {
    const state = play(start(), tell("odd.thing.v9"));
    expect(Object.values(state.revisions)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("is that the project is gone", () => {
    expect(play(start(), tell("project.deleted.v1", {}, null)).deleted).toBe(true);
  });
});

describe("the preview", () => {
  const stopped = (reason: string) => tell("preview.stopped.v1", { preview_id: "v", reason });
  it.each([
    ["asked", "stopped"],
    ["crashed", "failed"],
    ["replaced", "starting"],
  ])("that stopped because it was %s is %s", (reason, status) => {
    expect(play(start(), stopped(reason)).previewStatus).toBe(status);
  });

  it("that runs goes on running while a newer commit is brought to it", () => {
    const ready = play(start(), tell("preview.ready.v1", { commit: "c" }), started(), step("preview"));
    expect(ready.previewStatus).toBe("running");
    expect(play(start(), started(), step("preview")).previewStatus).toBe("starting");
  });
});

describe("output", () => {
  const log = (text: string, offset: number, stream = "stdout") => tell("log.appended.v1", { source: "test", stream, offset, text });
  const texts = (state: ProjectState) => state.logs.map((piece) => piece.text);

  it("is kept in order", () => {
    expect(texts(play(start(), log("é\n", 0), log("b", 3), log("e", 0, "stderr")))).toEqual(["é\n", "b", "e"]);
  });

  it("of an older run goes when a new one begins", () => {
    expect(texts(play(start(), log("old", 0), log("new", 0)))).toEqual(["new"]);
    expect(texts(play(start(), log("old", 0), started(), step("test"), log("err", 0, "stderr"), log("new", 0)))).toEqual(["err", "new"]);
  });
});

describe("what a model writes", () => {
  const told = (offset: number, text: string, reply = "r1"): ModelProgress =>
    ({ type: "model.progress.v1", project_id: "p", job_id: "j1", reply, model: "m", place: 0, offset, text, files: [], tokens: 0, most_tokens: 0, cost: null, most_cost: null });
  const text = (state: ProjectState) => state.writing.j1?.text;

  it("grows, bears repetitions and gaps, and begins anew with another reply", () => {
    let state = withProgress(start(), told(0, "grü🏡ß"));
    state = withProgress(state, told(5, "e "));
    expect(text(state)).toBe("grü🏡ße ");
    state = withProgress(state, told(3, "🏡ße an"));
    expect(text(state)).toBe("grü🏡ße an");
    expect(text(withProgress(state, told(0, "gr")))).toBe("grü🏡ße an");
    expect(text(withProgress(state, told(40, "later")))).toBe("later");
    expect(text(withProgress(state, told(0, "once more", "r2")))).toBe("once more");
  });

  it("is gone when its step has ended", () => {
    const writing = withProgress(play(start(), queued(), started(), step("generate")), told(0, "x"));
    expect(text(writing)).toBe("x");
    expect(text(play(writing, stepped("generate")))).toBeUndefined();
    expect(text(play(writing, ended("cancelled")))).toBeUndefined();
  });
});
