import { type ReactNode, useState } from "react";

import * as api from "../api/calls";
import type { Branch, Job, Proposal } from "../api/types";
import type { ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { useAct } from "../state/act";
import { useQuery } from "../router";
import { clockTime, dollars, plural, short } from "../text/format";
import { JOB_WORD } from "../text/words";
import { Badge, Tag } from "../ui/badge";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { Icon } from "../ui/icon";
import { Empty, LoadFailed, Loading, ProblemNotice } from "../ui/notice";
import { DiffView } from "./diff-view";
import { Touched } from "./impact";

const OURS = new Set(["main", "blueprint"]);

interface Props {
  state: ProjectState;
  accept: (job: Job) => void;
}

async function load(id: string, signal: AbortSignal) {
  const [proposals, branches, usage] = await Promise.all([api.proposals(id, signal), api.branches(id, signal), api.projectUsage(id, signal).catch(() => null)]);
  const proposed = new Set(proposals.items.map((item) => item.branch));
  return { proposals: proposals.items, branches: branches.items.filter(({ name }) => !OURS.has(name) && !proposed.has(name)), usage };
}

/** What stands beside `main`: models' changes that wait for a person, and people's own branches. */
export function BranchesPanel({ state, accept }: Props) {
  const id = state.project.id;
  const [round, setRound] = useState(0);
  const { data, error, reload } = useResource(`branches:${id}`, (signal) => load(id, signal), `${state.revisions.branches}:${state.revisions.code}:${round}`);
  if (!data) return error ? <LoadFailed error={error} retry={reload} /> : <Loading what="the branches" />;
  const props = { id, accept, changed: () => setRound((now) => now + 1) };
  return (
    <div className="h-full overflow-y-auto" tabIndex={0} role="region" aria-label="Branches and proposals">
      <div className="space-y-3 p-4">
        <h2 className="sr-only">Branches and proposals</h2>
        {data.usage !== null && data.usage.calls > 0 && (
          <p className="text-[13px] text-soft" data-testid="project-usage">
            Models have cost {dollars(data.usage.cost)} in this project: {(data.usage.input + data.usage.output + data.usage.estimated).toLocaleString("en")} tokens in {plural(data.usage.calls, "call")}.
          </p>
        )}
        {data.proposals.map((proposal) => (
          <ProposalCard key={proposal.branch} proposal={proposal} {...props} />
        ))}
        {data.branches.map((branch) => (
          <BranchCard key={branch.name} branch={branch} {...props} />
        ))}
        {!data.proposals.length && !data.branches.length && (
          <Empty icon="branch" title="Nothing waits beside the application" testid="nothing-waits">
            What a model proposes and cannot be merged by itself is here, with its reason, until you merge or discard it. Branches that you push are here too.
          </Empty>
        )}
      </div>
    </div>
  );
}

interface Actions {
  id: string;
  accept: (job: Job) => void;
  changed: () => void;
}

function ProposalCard({ proposal, id, accept, changed }: { proposal: Proposal } & Actions) {
  const { branch, commit, base, status, text, files, checks, tests, waits, impact } = proposal;
  const { busy, error, act } = useAct();
  const [asking, setAsking] = useState(false);
  const [, change] = useQuery();
  const merge = () => act("merge", async () => accept((await api.mergeProposal(id, branch, commit.commit)).job));
  const look = () =>
    act("look", async () => {
      await api.previewOf(id, commit.commit);
      change({ tab: null, shows: commit.commit });
    });
  const discard = () =>
    act("discard", async () => {
      await api.discardProposal(id, branch, commit.commit);
      setAsking(false);
      changed();
    });
  return (
    <Card testid="proposal" title={text} badge={status && <Badge tint={JOB_WORD[status].tint}>{JOB_WORD[status].word}</Badge>} name={branch} at={commit.at} commit={commit.commit}>
      {waits && (
        <p className="text-sm break-words" data-testid="proposal-waits">
          {waits.detail} <span className="text-soft">{waits.next}</span>
        </p>
      )}
      <p className="flex flex-wrap gap-1.5 text-[13px]">
        {checks && <Tag tint={checks.errors ? "bad" : "good"}>{checks.errors ? plural(checks.errors, "error") : `Checks passed, ${checks.score} of 100`}</Tag>}
        {tests && <Tag tint={tests.failed ? "bad" : "good"}>{tests.failed ? `${plural(tests.failed, "test")} failed` : `${plural(tests.passed, "test")} passed`}</Tag>}
        {!tests && <Tag tint="neutral">Not tested</Tag>}
        {files.some((file) => file.change === "deleted") && <Tag tint="ask">Deletes {plural(files.filter((file) => file.change === "deleted").length, "file")}</Tag>}
        {proposal.job_id && <JobCost job={proposal.job_id} />}
      </p>
      <Touched impact={impact} />
      <Difference id={id} base={base} commit={commit.commit}>
        <Button size="sm" look="primary" icon="check" busy={busy === "merge"} disabled={busy !== null} onClick={merge} data-testid="proposal-merge">
          Merge
        </Button>
        <Button size="sm" icon="play" busy={busy === "look"} disabled={busy !== null} onClick={look} data-testid="proposal-look">
          Look at it
        </Button>
        <Button size="sm" icon="trash" disabled={busy !== null} onClick={() => setAsking(true)} data-testid="proposal-discard">
          Discard
        </Button>
      </Difference>
      {error && <ProblemNotice problem={error.problem} />}
      {asking && (
        <Confirm title="Discard this change?" yes="Discard it" busy={busy === "discard"} onYes={discard} onNo={() => setAsking(false)}>
          It goes from this list. What was written stays in the history, under the tag discarded/{branch}.
        </Confirm>
      )}
    </Card>
  );
}

function BranchCard({ branch, id, accept }: { branch: Branch } & Actions) {
  const { busy, error, act } = useAct();
  const { name, commit, base } = branch;
  return (
    <Card testid="branch" title={commit.summary} name={name} at={commit.at} commit={commit.commit}>
      <Difference id={id} base={base} commit={commit.commit}>
        <Button size="sm" busy={busy !== null} disabled={busy !== null || base === commit.commit} onClick={() => act("merge", async () => accept((await api.mergeBranch(id, name)).job))} data-testid="branch-merge">
          {base === commit.commit ? "Nothing to merge" : "Merge"}
        </Button>
      </Difference>
      {error && <ProblemNotice problem={error.problem} />}
    </Card>
  );
}

function Card({ testid, title, badge, name, at, commit, children }: { testid: string; title: string; badge?: ReactNode; name: string; at: string; commit: string; children: ReactNode }) {
  return (
    <section data-testid={testid} aria-label={name} className="space-y-2 rounded-xl border border-line bg-board px-3.5 py-3">
      <header className="flex items-start gap-2">
        <Icon name="branch" className="mt-1 size-4 text-soft" />
        <div className="min-w-0 flex-1">
          <h3 className="font-medium break-words">{title}</h3>
          <p className="text-xs break-all text-soft">
            <span className="code">{name}</span> · {clockTime(at)} · <span className="code">{short(commit)}</span>
          </p>
        </div>
        {badge}
      </header>
      {children}
    </section>
  );
}

/** What the job has cost, by the ledger. */
function JobCost({ job }: { job: string }) {
  const { data } = useResource(`usage:${job}`, (signal) => api.jobUsage(job, signal));
  if (!data?.calls) return null;
  return (
    <Tag tint="neutral">
      {(data.input + data.output + data.estimated).toLocaleString("en")} tokens{Number(data.cost) > 0 && `, ${dollars(data.cost)}`}
    </Tag>
  );
}

/** The buttons, and on demand all that would change. */
function Difference({ id, base, commit, children }: { id: string; base: string | null; commit: string; children: ReactNode }) {
  const [query, change] = useQuery();
  const open = query.get("shown") === commit;
  return (
    <>
      <div className="flex flex-wrap gap-1.5">
        {children}
        <Button size="sm" look="quiet" aria-expanded={open} onClick={() => change({ shown: open ? null : commit })} data-testid="show-difference">
          {open ? "Hide the difference" : "Show the difference"}
        </Button>
      </div>
      {open && <Changes id={id} base={base} commit={commit} />}
    </>
  );
}

function Changes({ id, base, commit }: { id: string; base: string | null; commit: string }) {
  const { data, error, reload } = useResource(`diff:${id}:${base}:${commit}`, (signal) => api.diff(id, base, commit, signal));
  if (error) return <LoadFailed error={error} retry={reload} />;
  return data ? <DiffView files={data.files} /> : <Loading what="the difference" />;
}
