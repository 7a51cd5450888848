import { useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Operations, Problem } from "../api/types";
import { useResource } from "../live/resource";
import { Experiments } from "../panels/experiments";
import { useNow } from "../state/clock";
import { useTitle } from "../state/title";
import { ago } from "../text/format";
import { OfflineBanner } from "../ui/banners";
import { Button } from "../ui/button";
import { Link } from "../ui/link";
import { Wordmark } from "../ui/logo";
import { LoadFailed, Loading, Notice, ProblemNotice } from "../ui/notice";
import { Table } from "../ui/table";
import { ThemeSwitch } from "../ui/theme-switch";

const EVERY = 5_000;

/** For operators: what is wrong, who works, what waits, what has died, and who spends. */
export function OperationsPage() {
  useTitle("Operations");
  const now = useNow(true, EVERY);
  const { data, error, loading, reload } = useResource("operations", api.operations, Math.floor(now / EVERY));
  return (
    <div className="flex min-h-full flex-col">
      <OfflineBanner />
      <header className="mx-auto flex w-full max-w-5xl items-center justify-between px-5 py-4">
        <Link href="/">
          <Wordmark />
        </Link>
        <ThemeSwitch />
      </header>
      <main className="mx-auto w-full max-w-5xl flex-1 space-y-8 px-5 pb-16">
        <h1 className="text-2xl font-semibold tracking-tight">Operations</h1>
        {data && <All found={data} now={now} reload={reload} />}
        {data && <Experiments />}
        {!data && loading && !error && <Loading what="the state of the platform" />}
        {!data && error && <LoadFailed error={error} retry={reload} />}
      </main>
    </div>
  );
}

function All({ found, now, reload }: { found: Operations; now: number; reload: () => void }) {
  const busy = found.queues.filter((queue) => queue.pending + queue.ack_pending > 0);
  return (
    <>
      {found.trouble.length > 0 ? (
        <Notice tint="bad" testid="trouble" title="This needs you">
          <ul className="list-disc space-y-1 pl-5">
            {found.trouble.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Notice>
      ) : (
        <Notice tint="good" testid="trouble" title="All is well">
          Every service has workers, nothing waits too long, and nothing has died.
        </Notice>
      )}
      <Table title="Services" heads={["service", "workers", "heard"]} rows={found.services.map((one) => [one.service, one.workers, one.heard === null ? "never" : `${Math.round(one.heard)} s ago`])} />
      <Table
        title="Queues"
        empty="Nothing waits and nothing is at work."
        heads={["queue", "service", "waiting", "at work", "oldest"]}
        rows={busy.map((one) => [one.consumer, one.service, one.pending, one.ack_pending, one.oldest === null ? "" : `${Math.round(one.oldest)} s`])}
      />
      <Table
        title="Dead letters"
        empty="No message has left its queue unhandled."
        heads={["message", "why", "died", ""]}
        rows={found.dead.map((one) => [one.id, one.cause, ago(one.at, now), <Replay key={one.id} letter={one} done={reload} />])}
      />
      <Table title="Models" empty="None is set up." heads={["model", "state", "success", "last failure"]} rows={found.models.map((one) => [one.name, one.state, `${Math.round(one.success * 100)} %`, one.failure ?? ""])} />
      <Table
        title="Top spenders of the last day"
        empty="No project has asked a model."
        heads={["project", "calls", "tokens", "US dollars"]}
        rows={found.spenders.map((one) => [
          <Link key={one.project_id} href={`/p/${one.project_id}`} className="underline">
            {one.project_id}
          </Link>,
          one.calls,
          one.tokens,
          one.cost,
        ])}
      />
    </>
  );
}

function Replay({ letter, done }: { letter: Operations["dead"][number]; done: () => void }) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  if (letter.replayed_at) return <>replayed</>;
  if (letter.stream !== "COMMANDS") return <>an event: retry its job</>;
  const replay = async () => {
    setBusy(true);
    try {
      await api.replay(letter.id);
      done();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.problem);
    } finally {
      setBusy(false);
    }
  };
  return problem ? (
    <ProblemNotice problem={problem} />
  ) : (
    <Button size="sm" busy={busy} disabled={busy} onClick={() => void replay()}>
      Replay
    </Button>
  );
}
