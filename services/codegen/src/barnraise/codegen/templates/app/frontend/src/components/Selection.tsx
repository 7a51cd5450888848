// Doing something with several records at once.

import { useState } from "react";

import { type Page, remove } from "../api";
import type { Entity, Stored } from "../entities/kit";
import type { Change } from "../load";
import { Confirm } from "./Confirm";
import { Icon } from "./Icon";

export interface Selection {
  ids: ReadonlySet<number>;
  toggle: (ids: readonly number[], on: boolean) => void;
}

/** What is selected among the rows that are shown; what is shown no longer is selected no longer. */
export function useSelection(rows: readonly Stored[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const ids = new Set(rows.flatMap((row) => (chosen.has(row.id) ? [row.id] : [])));
  function toggle(some: readonly number[], on: boolean) {
    setChosen(on ? new Set([...ids, ...some]) : new Set([...ids].filter((id) => !some.includes(id))));
  }
  return { ids, toggle };
}

interface Props {
  entity: Entity;
  selection: Selection;
  /** Takes rows away at once; called with what failed, they come back. */
  hide: (ids: readonly number[], work: Promise<void>) => void;
}

/** Shown while something is selected. */
export function SelectionBar({ entity, selection: { ids, toggle }, hide }: Props) {
  const [asking, setAsking] = useState(false);
  const all = [...ids];
  const what = all.length === 1 ? `1 ${entity.label.toLowerCase()}` : `${all.length} ${entity.plural.toLowerCase()}`;
  if (all.length === 0) return null;

  async function erase() {
    hide(all, removeAll(entity, all));
    setAsking(false);
  }

  return (
    <div className="card sticky bottom-4 z-10 mt-4 flex flex-wrap items-center justify-between gap-3 px-5 py-3 text-sm shadow-lg">
      <output className="font-medium">{what} selected</output>
      <span className="flex gap-2">
        <button type="button" className="button" onClick={() => toggle(all, false)}>
          Clear
        </button>
        <button type="button" className="button" onClick={() => setAsking(true)}>
          <Icon name="trash" /> Delete
        </button>
      </span>
      {asking && <Confirm title={`Delete ${what}?`} text="They will be gone for good." action="Delete" onConfirm={erase} onClose={() => setAsking(false)} />}
    </div>
  );
}

/** One after the other, each as far as it goes; fails with the first reason and how many stayed. */
async function removeAll(entity: Entity, ids: readonly number[]): Promise<void> {
  const reasons: string[] = [];
  for (const id of ids) await remove(entity, id).catch((error: Error) => reasons.push(error.message));
  if (reasons.length > 0) throw new Error(`${reasons.length} of ${ids.length} could not be deleted. ${reasons[0]}`);
}

/** Takes the rows out of a page of a list. */
export function without(ids: readonly number[]): Change<Page<Stored>> {
  return (page) => ({ ...page, items: page.items.filter((row) => !ids.includes(row.id)), total: page.total - ids.length });
}
