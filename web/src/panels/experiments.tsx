import * as api from "../api/calls";
import type { ExperimentState } from "../api/types";
import { useResource } from "../live/resource";
import { useAct } from "../state/act";
import { Button } from "../ui/button";
import { ProblemNotice } from "../ui/notice";
import { Table } from "../ui/table";

const HEADS = ["variant", "projects", "known", "kept", "undone", "repairs", "score", "US dollars", "seconds"];

/** What is tried with prompts and models, what came of it, and the way back. */
export function Experiments() {
  const { data, error, reload } = useResource("experiments", api.experiments);
  const shown = data?.items ?? [];
  return (
    <>
      {error && <ProblemNotice problem={error.problem} />}
      {data && shown.length === 0 && <Table title="Experiments" empty="Nothing is tried: see barnraise experiments." heads={[]} rows={[]} />}
      {shown.map((one) => (
        <Experiment key={one.experiment.name} found={one} done={reload} />
      ))}
    </>
  );
}

function Experiment({ found, done }: { found: ExperimentState; done: () => void }) {
  const { busy, error, act } = useAct();
  const name = found.experiment.name;
  const rollBack = () =>
    act("roll back", async () => {
      await api.rollBack(name);
      done();
    });
  return (
    <div className="space-y-3" data-testid={`experiment-${name}`}>
      <Table
        title={`Experiment ${name}, with ${found.experiment.role}`}
        heads={HEADS}
        rows={found.outcomes.map((one) => [one.name, one.given, one.settled, one.kept, one.undone, one.repairs.toFixed(1), one.score == null ? "" : Math.round(one.score), one.cost, Math.round(one.seconds)])}
      />
      <p className="text-sm text-soft">{found.said}</p>
      {error && <ProblemNotice problem={error.problem} />}
      {found.state !== "rolled_back" && (
        <Button size="sm" busy={busy !== null} disabled={busy !== null} onClick={rollBack}>
          Roll back
        </Button>
      )}
    </div>
  );
}
