import { type ReactNode, useId, useState } from "react";

import * as api from "../api/calls";
import type { Memory } from "../api/types";
import type { ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { useAct } from "../state/act";
import { clockTime } from "../text/format";
import { Button } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { LoadFailed, Loading, ProblemNotice } from "../ui/notice";

const LONGEST = 500;

/** What the project remembers, which every model is told: standing wishes, and what models have changed. All of it can be changed here. */
export function MemoryPanel({ state }: { state: ProjectState }) {
  const id = state.project.id;
  const { data, error, reload } = useResource(`memory:${id}`, (signal) => api.memory(id, signal), `${state.revisions.code}:${state.revisions.messages}`);
  const [forgetting, setForgetting] = useState<Memory | null>(null);
  const { busy, error: refused, act } = useAct();
  if (!data) return error ? <LoadFailed error={error} retry={reload} /> : <Loading what="what is remembered" />;
  const forget = (one: Memory) =>
    act("forget", async () => {
      await api.forget(id, one.id);
      setForgetting(null);
      reload();
    });
  const of = (kind: Memory["kind"]) => data.items.filter((one) => one.kind === kind);
  const row = (one: Memory) => <Entry key={one.id} id={id} one={one} onDone={reload} onForget={() => setForgetting(one)} />;
  return (
    <div className="h-full overflow-y-auto" tabIndex={0} role="region" aria-label="Memory">
      <div className="mx-auto max-w-3xl space-y-4 p-4">
        <header>
          <h2 className="font-semibold">What this project remembers</h2>
          <p className="text-sm text-soft">Models are told it with every request. Saying “from now on …” in the conversation adds a wish, too.</p>
        </header>
        <List title="Wishes" none="Nothing is wished for always.">
          {of("wish").map(row)}
        </List>
        <NewWish id={id} onDone={reload} />
        <List title="Decisions" none="No model has changed the code.">
          {of("decision").map(row)}
        </List>
      </div>
      {forgetting && (
        <Confirm title="Forget this?" yes="Forget it" busy={busy !== null} onYes={() => forget(forgetting)} onNo={() => setForgetting(null)}>
          <span className="break-words">{forgetting.text}</span>
          {refused && <ProblemNotice problem={refused.problem} />}
        </Confirm>
      )}
    </div>
  );
}

function List({ title, none, children }: { title: string; none: string; children: ReactNode[] }) {
  return (
    <section aria-label={title} className="space-y-2">
      <h3 className="text-sm font-medium">{title}</h3>
      {children.length ? <ul className="space-y-2">{children}</ul> : <p className="text-sm text-soft">{none}</p>}
    </section>
  );
}

function Entry({ id, one, onDone, onForget }: { id: string; one: Memory; onDone: () => void; onForget: () => void }) {
  const [editing, setEditing] = useState(false);
  const done = () => {
    setEditing(false);
    onDone();
  };
  return (
    <li data-testid={`memory-${one.kind}`} className="rounded-xl border border-line bg-board px-3.5 py-2.5 text-sm">
      {editing ? (
        <Words id={id} entry={one.id} start={one.text} label="In other words" testid="memory-words" onDone={done} onCancel={() => setEditing(false)} />
      ) : (
        <div className="flex flex-wrap items-start gap-2">
          <div className="min-w-0 flex-1">
            <p className="break-words">{one.text}</p>
            <p className="text-xs text-soft">{clockTime(one.at)}</p>
          </div>
          <Button size="sm" onClick={() => setEditing(true)} aria-label={`Change: ${one.text}`} data-testid="memory-change">
            Change
          </Button>
          <Button size="sm" icon="trash" onClick={onForget} aria-label={`Forget: ${one.text}`} data-testid="memory-forget">
            Forget
          </Button>
        </div>
      )}
    </li>
  );
}

function NewWish({ id, onDone }: { id: string; onDone: () => void }) {
  const [entry, setEntry] = useState(newEntry);
  const done = () => {
    setEntry(newEntry());
    onDone();
  };
  return <Words key={entry} id={id} entry={entry} start="" label="A new wish" testid="memory-new" onDone={done} />;
}

/** An id of its own for each wish: sent twice, it is the same one. */
const newEntry = () => `w${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

interface WordsProps {
  id: string;
  entry: string;
  start: string;
  label: string;
  testid: string;
  onDone: () => void;
  onCancel?: () => void;
}

function Words({ id, entry, start, label, testid, onDone, onCancel }: WordsProps) {
  const field = useId();
  const [text, setText] = useState(start);
  const { busy, error, act } = useAct();
  const wanted = text.trim();
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault();
        act("save", async () => {
          await api.remember(id, entry, wanted);
          onDone();
        });
      }}
    >
      <label htmlFor={field} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input id={field} className="h-9 min-w-0 flex-1 basis-48 rounded-md border border-edge bg-board px-2.5 text-sm" value={text} maxLength={LONGEST} placeholder="Always use British spelling" onChange={(event) => setText(event.target.value)} data-testid={testid} />
        <Button type="submit" busy={busy !== null} disabled={busy !== null || !wanted || wanted === start} data-testid={`${testid}-save`}>
          {start ? "Save" : "Remember"}
        </Button>
        {onCancel && (
          <Button look="quiet" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
      {error && <ProblemNotice problem={error.problem} />}
    </form>
  );
}
