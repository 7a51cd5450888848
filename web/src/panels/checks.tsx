import { type ReactNode, useEffect, useRef, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Artefact, Checks, Diagnostic, System, TestRun, ToolReport } from "../api/types";
import type { LogPiece, ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { useQuery } from "../router";
import { bytes, duration, plural, short } from "../text/format";
import type { Tint } from "../text/words";
import { Badge, Tag } from "../ui/badge";
import { Button } from "../ui/button";
import { Limits } from "../ui/limits";
import { Empty, LoadFailed, Loading, ProblemNotice } from "../ui/notice";

const VERDICTS: Record<string, string> = {
  timed_out: "The run took too long and was stopped.",
  out_of_memory: "The run used more memory than it may.",
  policy: "The run did what nothing may do in a sandbox.",
  pids: "The run started more processes than it may.",
  disk: "The run wrote more to disk than it may.",
  output: "The run wrote more output than it may.",
  killed: "The run was stopped.",
  infrastructure: "The platform itself failed; your code is not to blame.",
};

/** What the critic and the application's own tests say, and the output as it comes. */
export function ChecksPanel({ state, system }: { state: ProjectState; system: System | null }) {
  const id = state.project.id;
  const fetchedChecks = useResource(`checks:${id}`, (signal) => api.checks(id, signal), state.revisions.checks);
  const fetchedTests = useResource(`tests:${id}`, (signal) => api.tests(id, signal), state.revisions.tests);
  const checks = state.checks ?? fetchedChecks.data;
  const tests = state.tests ?? fetchedTests.data;
  const failed = [fetchedChecks, fetchedTests].find((fetched) => fetched.error && fetched.error.status !== 404);

  if (!checks && !tests && !state.logs.length) {
    if (failed?.error) return <LoadFailed error={failed.error} retry={failed.reload} />;
    if (fetchedChecks.loading || fetchedTests.loading) return <Loading what="the checks" />;
    return (
      <Empty icon="check" title="Nothing was checked yet">
        Every commit is checked for style, types and safety, and its own tests are run. What they find stands here.
      </Empty>
    );
  }
  return (
    <div className="h-full overflow-y-auto" tabIndex={0} role="region" aria-label="Checks and tests" data-testid="checks">
      <div className="mx-auto max-w-4xl space-y-8 px-5 py-6">
        {checks && <ChecksView checks={checks} />}
        <TestsView state={state} tests={tests} fix={system?.sandbox.fix} />
        <Output logs={state.logs} />
      </div>
    </div>
  );
}

function Heading({ title, badge, note, action }: { title: string; badge?: ReactNode; note?: ReactNode; action?: ReactNode }) {
  return (
    <header className="mb-3 flex min-h-8 flex-wrap items-center gap-x-2.5 gap-y-1">
      <h2 className="font-semibold">{title}</h2>
      {badge}
      <span className="text-[13px] text-soft">{note}</span>
      <span className="ml-auto">{action}</span>
    </header>
  );
}

function ChecksView({ checks }: { checks: Checks }) {
  return (
    <section aria-label="Checks">
      <Heading
        title="Checks"
        badge={<Badge tint={checks.passed ? "good" : "bad"}>{checks.passed ? "Passed" : "Found errors"}</Badge>}
        note={
          <>
            {checks.score} of 100 · <span className="code">{short(checks.commit)}</span>
          </>
        }
      />
      <ul className="flex flex-wrap gap-2">
        {checks.tools.map((tool) => (
          <ToolChip key={tool.tool} tool={tool} found={checks.diagnostics.filter((found) => found.tool === tool.tool)} />
        ))}
      </ul>
      {checks.diagnostics.length > 0 ? (
        <ul className="mt-3 divide-y divide-line overflow-hidden rounded-xl border border-line bg-board">
          {checks.diagnostics.map((found, index) => (
            <DiagnosticRow key={`${index}`} found={found} />
          ))}
        </ul>
      ) : (
        <p className="mt-3 text-sm text-soft">Nothing was found.</p>
      )}
    </section>
  );
}

const OUTCOMES: Record<ToolReport["outcome"], [string, Tint]> = {
  passed: ["passed", "good"],
  found: ["found something", "active"],
  crashed: ["crashed", "bad"],
  missing: ["is not installed", "bad"],
  timed_out: ["took too long", "bad"],
};

/** Something that nobody here could look at, and that is no fault of the project. */
const isNote = (found: Diagnostic) => found.about === "platform" && found.severity === "info";

function ToolChip({ tool, found }: { tool: ToolReport; found: Diagnostic[] }) {
  const [word, tint]: [string, Tint] = found.length > 0 && found.every(isNote) ? ["has a note", "neutral"] : OUTCOMES[tool.outcome];
  return (
    <li>
      <Badge tint={tint}>
        {tool.tool} {word} <span className="font-normal tabular-nums">{duration(tool.seconds)}</span>
      </Badge>
    </li>
  );
}

const SEVERITY: Record<Diagnostic["severity"], Tint> = { error: "bad", warning: "active", info: "ask" };

function DiagnosticRow({ found }: { found: Diagnostic }) {
  const [, change] = useQuery();
  const place = found.path && `${found.path}${found.line ? `:${found.line}` : ""}`;
  return (
    <li data-testid="diagnostic" data-severity={found.severity} className="px-4 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        {isNote(found) ? <Tag>note</Tag> : <Tag tint={SEVERITY[found.severity]}>{found.severity}</Tag>}
        <span className="code text-faint">
          {found.tool} {found.code}
        </span>
        {place && (
          <button
            type="button"
            className="code min-h-6 rounded break-all text-soft underline decoration-line underline-offset-3 hover:text-ink"
            onClick={() => change({ tab: "code", path: found.path, line: found.line ? String(found.line) : null })}
          >
            {place}
          </button>
        )}
      </div>
      <p className="mt-1 break-words">{found.message}</p>
    </li>
  );
}

function TestsView({ state, tests, fix }: { state: ProjectState; tests: TestRun | null; fix: string | null | undefined }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const run = async () => {
    setBusy(true);
    setError(null);
    try {
      await api.start(state.project.id, "tests");
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  const again = state.project.commit && (
    <Button size="sm" icon="play" busy={busy} disabled={busy} onClick={() => void run()} data-testid="run-tests">
      Run the tests
    </Button>
  );
  if (!tests) {
    return (
      <section aria-label="Tests">
        <Heading title="Tests" action={again} />
        {error ? <ProblemNotice problem={error.problem} /> : <p className="text-sm text-soft">The application's own tests have not run yet.</p>}
      </section>
    );
  }
  const { report } = tests;
  return (
    <section aria-label="Tests">
      <Heading
        title="Tests"
        badge={<Badge tint={tests.passed ? "good" : "bad"}>{tests.passed ? "Passed" : "Failed"}</Badge>}
        note={
          <>
            {report.passed} passed{report.failed ? `, ${report.failed} failed` : ""}
            {report.skipped ? `, ${report.skipped} skipped` : ""} in {duration(report.seconds)} · <span className="code">{short(tests.commit)}</span>
          </>
        }
        action={again}
      />
      {error && <ProblemNotice problem={error.problem} />}
      <Limits enforced={(tests.enforced ?? []).filter((word) => !word.startsWith("stored"))} accepted={tests.accepted ?? []} fix={fix} className="mb-3" />
      {VERDICTS[tests.verdict] && <p className="mb-3 text-sm text-bad">{VERDICTS[tests.verdict]}</p>}
      {report.cases.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-xl border border-line bg-board">
          {report.cases.map((test) => (
            <li key={test.name} className="px-4 py-2.5 text-sm">
              <div className="flex items-center gap-2">
                <Tag tint={test.outcome === "skipped" ? "neutral" : test.outcome === "passed" ? "good" : "bad"}>{test.outcome}</Tag>
                <span className="code min-w-0 break-all">{test.name}</span>
              </div>
              {test.message && (
                <pre className="code mt-2 max-h-60 overflow-auto rounded-lg bg-sunk p-3" tabIndex={0}>
                  {test.message}
                </pre>
              )}
            </li>
          ))}
        </ul>
      )}
      <Left id={state.project.id} artefacts={report.artefacts ?? []} />
      {!report.cases.length && tests.passed && <p className="text-sm text-soft">{plural(report.passed, "test")} ran, and all is well.</p>}
    </section>
  );
}

/** What the tests have left in their folder of results. Figures are images, in which nothing runs; all else is a download. */
function Left({ id, artefacts }: { id: string; artefacts: Artefact[] }) {
  if (!artefacts.length) return null;
  return (
    <ul className="my-3 grid gap-3 sm:grid-cols-2" aria-label="What the tests have left" data-testid="artefacts">
      {artefacts.map((artefact) => {
        const url = api.artefactUrl(id, artefact.digest);
        return (
          <li key={artefact.name} className="rounded-xl border border-line bg-board p-3 text-sm" data-kind={artefact.kind}>
            {artefact.kind === "figure" && <img src={url} alt={artefact.name} loading="lazy" className="mb-2 max-h-80 w-full rounded-lg bg-white object-contain" />}
            <a href={url} download={artefact.name} className="code break-all underline decoration-line underline-offset-3 hover:text-ink">
              {artefact.name}
            </a>
            <span className="ml-2 text-faint">{bytes(artefact.size)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Output({ logs }: { logs: LogPiece[] }) {
  const [source, setSource] = useState<LogPiece["source"]>("test");
  const box = useRef<HTMLPreElement>(null);
  const shown = logs.filter((piece) => piece.source === source);
  const last = shown.at(-1)?.seq;
  useEffect(() => {
    if (last !== undefined && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [last]);
  return (
    <section aria-label="Output">
      <Heading
        title="Output"
        action={
          <span className="flex gap-1" role="group" aria-label="Whose output">
            {(["test", "preview"] as const).map((name) => (
              <button key={name} type="button" aria-pressed={source === name} onClick={() => setSource(name)} className="h-7 rounded-lg px-2.5 text-[13px] font-medium text-soft aria-pressed:bg-hover aria-pressed:text-ink">
                {name === "test" ? "Tests" : "Preview"}
              </button>
            ))}
          </span>
        }
      />
      <pre ref={box} data-testid="log" tabIndex={0} aria-label="Output" role="log" aria-live="off" className="code max-h-96 min-h-16 overflow-auto rounded-xl border border-line bg-sunk p-3.5 whitespace-pre-wrap [overflow-wrap:anywhere]">
        {shown.map((piece) => (
          <span key={piece.seq} className={piece.stream === "stderr" ? "text-bad" : undefined}>
            {plain(piece.text)}
          </span>
        ))}
        {!shown.length && <span className="text-faint">What runs from now on writes here.</span>}
      </pre>
    </section>
  );
}

/** Without the escape sequences that colour a terminal. */
function plain(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return text.replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|\][^\u0007]*(?:\u0007|$))/g, "");
}
