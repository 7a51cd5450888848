import { describe, expect, it } from "vitest";

import type { Job, Message, Preview } from "../src/api/types";
import { besideProblem, currentJob, planned, startOf, timeline, toldBeside, wasSaid } from "../src/live/timeline";
import { colour } from "../src/text/colour";
import { parsePatch } from "../src/text/diff";
import { ago, bytes, duration, plural } from "../src/text/format";
import { fileTree, foldersAbove } from "../src/text/tree";

describe("words for numbers", () => {
  it.each([
    [0, "0.0 s"],
    [0.0004, "1 ms"],
    [0.042, "42 ms"],
    [0.44, "0.4 s"],
    [99.96, "1 min 40 s"],
    [125, "2 min 5 s"],
    [-3, "0.0 s"],
  ])("%d seconds are %s", (seconds, words) => expect(duration(seconds)).toBe(words));

  it("tells how long ago", () => {
    const now = Date.parse("2026-01-02T00:00:00Z");
    expect(ago("2026-01-01T23:59:30Z", now)).toBe("just now");
    expect(ago("2026-01-01T23:58:30Z", now)).toBe("1 minute ago");
    expect(ago("2025-12-25T00:00:00Z", now)).toBe("8 days ago");
  });

  it("counts", () => {
    expect([plural(1, "file"), plural(2, "file"), plural(0, "entity", "entities")]).toEqual(["1 file", "2 files", "0 entities"]);
    expect([bytes(12), bytes(1500), bytes(2_500_000)]).toEqual(["12 B", "1.5 kB", "2.5 MB"]);
  });
});

describe("a patch", () => {
  const patch = "--- a/x\n+++ b/x\n@@ -2,3 +2,3 @@ def f():\n a\n-b\n+c\n d\n\\ No newline at end of file\n@@ -9 +9,2 @@\n-- e\n++ f\n+\n";
  it("becomes lines numbered on both sides", () => {
    expect(parsePatch(patch).map(({ kind, text, old, new: now }) => [kind, text, old, now])).toEqual([
      ["hunk", "@@ -2,3 +2,3 @@ def f():", null, null],
      ["context", "a", 2, 2],
      ["removed", "b", 3, null],
      ["added", "c", null, 3],
      ["context", "d", 4, 4],
      ["note", "No newline at end of file", null, null],
      ["hunk", "@@ -9 +9,2 @@", null, null],
      ["removed", "- e", 9, null],
      ["added", "+ f", null, 9],
      ["added", "", null, 10],
    ]);
  });
  it("without a hunk has no lines", () => expect(parsePatch("")).toEqual([]));
});

describe("files", () => {
  it("become a tree: folders first, lone folders joined", () => {
    const tree = fileTree(["z.md", "src/app/main.py", "src/app/api/a.py", "Dockerfile"].map((path) => ({ path, size: 1, blob: "b" })));
    expect(tree.map((node) => node.name)).toEqual(["src/app", "Dockerfile", "z.md"]);
    const [app] = tree;
    expect(app?.kind === "folder" && app.children.map((node) => node.path)).toEqual(["src/app/api", "src/app/main.py"]);
  });

  it("know the folders they stand in", () => {
    expect(foldersAbove("a/b/c.py")).toEqual(["a", "a/b"]);
    expect(foldersAbove("README.md")).toEqual([]);
  });
});

describe("colours", () => {
  const tones = (path: string, source: string) => colour(path, source).map((line) => line.map(({ tone, text }) => `${tone}:${text}`));
  it("know comments, strings, keywords and numbers", () => {
    expect(tones("a.py", 'if x: # no "string"\n  y = "# no comment" + 12')).toEqual([
      ["keyword:if", "plain: x: ", 'comment:# no "string"'],
      ["plain:  y = ", 'string:"# no comment"', "plain: + ", "number:12"],
    ]);
  });
  it("go over the end of a line", () => {
    expect(tones("a.ts", "/* a\nb */ const")).toEqual([["comment:/* a"], ["comment:b */", "plain: ", "keyword:const"]]);
  });
  it("leave an unknown language and markup as it is", () => {
    expect(tones("a.txt", "if <b>")).toEqual([["plain:if <b>"]]);
  });
  it("lose nothing", () => {
    const source = "a = '\\'' // b\n\n`x\ny`";
    expect(colour("a.js", source).map((line) => line.map(({ text }) => text).join("")).join("\n")).toBe(source);
  });
});

describe("the conversation in order", () => {
  const job = (id: string, created_at: string, more: Partial<Job> = {}) => ({ id, created_at, status: "succeeded", steps: [], started_at: null, ...more }) as unknown as Job;
  const message = (id: string, role: Message["role"], job_id: string | null, at: string): Message => ({ id, role, job_id, at, text: id });

  it("puts messages around the job that they belong to", () => {
    const turns = timeline(
      [job("j1", "2026-01-01T10:00:00Z"), job("j2", "2026-01-01T10:00:05Z")],
      [message("q1", "user", "j1", "2026-01-01T10:00:00Z"), message("q2", "user", "j2", "2026-01-01T10:00:05Z"), message("a1", "assistant", "j1", "2026-01-01T10:00:09Z"), message("stray", "assistant", null, "2026-01-01T10:00:03Z")],
    );
    expect(turns.map((turn) => [turn.key, turn.said.map((each) => each.id), turn.answered.map((each) => each.id)])).toEqual([
      ["j1", ["q1"], ["a1"]],
      ["stray", [], ["stray"]],
      ["j2", ["q2"], []],
    ]);
  });

  it("does not say a problem twice", () => {
    const failed = job("j", "", { problem: { code: "c", detail: "It broke.", next: "Mend it." } });
    expect(besideProblem("It broke. Mend it.\n\nWhat I understood:", failed)).toBe("What I understood:");
    expect(besideProblem("It broke.", failed)).toBe("");
    expect(besideProblem("Alas, it broke.", failed)).toBe("Alas, it broke.");
    expect(besideProblem("It broke.", null)).toBe("It broke.");
  });

  it("knows the job that matters", () => {
    const done = job("a", "");
    const waits = job("b", "", { status: "queued" });
    const runs = job("c", "", { status: "running" });
    expect([currentJob([]), currentJob([done]), currentJob([waits, done]), currentJob([waits, runs])]).toEqual([null, done, waits, runs]);
  });

  it("tells beside the preview why the newest change is not in it", () => {
    const trouble = { commit: "a", source: "script", text: "x", detail: "", where: "" } as const;
    const preview = { commit: "a", trouble } as unknown as Preview;
    const problem = { code: "validation_failed", detail: "1 error", next: "" };
    const unsound = job("a", "", { status: "failed", commit: "b", problem });
    expect(toldBeside(preview, [unsound])).toMatchObject({ source: "change", text: "1 error", commit: "b" });
    const others = [[], [unsound, job("b", "")], [{ ...unsound, commit: "a" }], [{ ...unsound, problem: { ...problem, code: "tests_failed" } }]];
    expect(others.map((jobs) => toldBeside(preview, jobs))).toEqual([trouble, trouble, trouble, trouble]);
  });

  it("knows whose sentence the plan stands on", () => {
    const steps: Job["steps"] = [{ step: "plan", round: 1, status: "succeeded", seconds: 0, problem: null }];
    const made = job("a", "", { action: "message", steps });
    const asked = job("b", "", { action: "message", steps, status: "needs_input", problem: null });
    const undone = job("c", "", { action: "undo" });
    const refused = job("d", "", { action: "undo", status: "needs_input" });
    expect([planned([]), planned([made]), planned([made, asked]), planned([made, refused]), planned([made, undone])]).toEqual([null, made, made, made, null]);
    expect(planned([made, undone, job("e", "", { action: "message" })])).toBeNull();
  });

  it("knows what the user has said already", () => {
    const said = [{ ...message("m", "user", null, ""), text: "A diary:\n  plants and notes." }];
    expect(["A diary: plants and notes.", "A diary: plants…", "A garden"].map((text) => wasSaid(text, said))).toEqual([true, true, false]);
    expect(wasSaid("m", [message("m", "assistant", null, "")])).toBe(false);
  });

  it("knows when a step began, or takes what went before it", () => {
    const step = { step: "validate", round: 1, status: "running", seconds: null, problem: null } as const;
    const running = job("j", "", { started_at: "2026-01-01T10:00:00.000Z", steps: [{ step: "plan", round: 1, status: "succeeded", seconds: 1.5, problem: null }, step] });
    expect(startOf({ ...step, started_at: "2026-01-01T10:00:07.000Z" }, running)).toBe(Date.parse("2026-01-01T10:00:07.000Z"));
    expect(startOf(step, running)).toBe(Date.parse("2026-01-01T10:00:01.500Z"));
    expect(startOf(step, job("j", ""))).toBeNull();
  });
});
