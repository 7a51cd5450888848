import { useState } from "react";

import * as api from "../api/calls";
import type { Hunk, Job, Side } from "../api/types";
import { useResource } from "../live/resource";
import { Button } from "../ui/button";
import { LoadFailed, Loading } from "../ui/notice";

const WORDS: Record<Side, string> = { mine: "Keep yours", theirs: "Take the new", both: "Keep both" };

interface Props {
  job: Job;
  busy: boolean;
  act: (ask: () => Promise<Job>) => void;
}

/** Where a change meets lines that were edited by hand: for each place one is chosen, then the change goes on. */
export function Conflict({ job, busy, act }: Props) {
  const heard = job.conflict;
  const { data, error, reload } = useResource(`conflict:${job.id}:${job.ended_at}`, (signal) =>
    heard ? Promise.resolve({ files: heard }) : api.conflict(job.id, signal),
  );
  const [taken, setTaken] = useState<Record<string, Side>>({});
  if (error) return <LoadFailed error={error} retry={reload} />;
  if (!data) return <Loading what="what meets" />;

  const places = data.files.flatMap((file) => file.hunks);
  const chosen = places.filter((hunk) => taken[hunk.id]);
  const stuck = data.files.filter((file) => !file.hunks.length);
  const everywhere = (side: Side) => setTaken(Object.fromEntries(places.map((hunk) => [hunk.id, side])));
  const settle = () => act(() => api.resolveJob(job.id, chosen.map((hunk) => ({ hunk: hunk.id, take: taken[hunk.id] as Side }))));

  return (
    <section aria-label="Choose for each place" data-testid="conflict" className="mt-2 space-y-3">
      {data.files.filter((file) => file.hunks.length).map((file) => (
        <div key={file.path} className="space-y-2">
          <h3 className="code text-[12.5px] break-all">{file.path}</h3>
          {file.hunks.map((hunk) => (
            <Place key={hunk.id} path={file.path} hunk={hunk} binary={file.binary} taken={taken[hunk.id]} onTake={(side) => setTaken({ ...taken, [hunk.id]: side })} />
          ))}
        </div>
      ))}
      {stuck.map((file) => (
        <p key={file.path} className="text-sm text-soft">
          <span className="code break-all">{file.path}</span> is a file on one side and a folder on the other: move yours, then say it again.
        </p>
      ))}
      {places.length > 0 && (
        <div className="flex flex-wrap items-center gap-2">
          {places.length > 1 && (
            <>
              <Button size="sm" onClick={() => everywhere("mine")}>Yours everywhere</Button>
              <Button size="sm" onClick={() => everywhere("theirs")}>The new everywhere</Button>
            </>
          )}
          <Button look="primary" size="sm" className="ml-auto" busy={busy} disabled={busy || chosen.length < places.length} onClick={settle} data-testid="resolve">
            Go on
          </Button>
        </div>
      )}
    </section>
  );
}

function Place({ path, hunk, binary, taken, onTake }: { path: string; hunk: Hunk; binary: boolean; taken: Side | undefined; onTake: (side: Side) => void }) {
  const whole = binary || hunk.mine === null || hunk.theirs === null;
  const sides: Side[] = whole ? ["mine", "theirs"] : ["mine", "theirs", "both"];
  return (
    <fieldset className="min-w-0 overflow-hidden rounded-lg border border-line" data-testid="place">
      <legend className="sr-only">
        {path}, line {hunk.line}
      </legend>
      <Lines word={`Yours, line ${hunk.line}`} text={hunk.mine} binary={binary} tint="bg-ask-wash" />
      <Lines word="The new" text={hunk.theirs} binary={binary} tint="bg-good-wash" />
      <div className="flex flex-wrap gap-x-4 gap-y-1 border-t border-line bg-board px-3 py-2 text-sm">
        {sides.map((side) => (
          <label key={side} className="inline-flex min-h-6 items-center gap-1.5">
            <input type="radio" name={hunk.id} checked={taken === side} onChange={() => onTake(side)} className="accent-barn" />
            {WORDS[side]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Lines({ word, text, binary, tint }: { word: string; text: string | null; binary: boolean; tint: string }) {
  return (
    <div className={`${tint} px-3 py-1.5`}>
      <p className="text-xs text-soft">{word}</p>
      {text === null || binary ? (
        <p className="text-sm text-soft">{text === null ? "Not there" : "Not text"}</p>
      ) : (
        <pre className="code max-h-48 overflow-auto text-[12px] whitespace-pre" tabIndex={0}>{text || " "}</pre>
      )}
    </div>
  );
}
