// Choosing other records by name.

import { useState } from "react";

import { list } from "../api";
import { find } from "../app";
import { type Ref, type Relation, labelOf } from "../entities/kit";
import { useLoad } from "../load";
import type { ControlProps } from "./Input";

const SHOWN = 100;
const SEARCHED_FROM = 12;

/** One record (a select) or many (check boxes). `known` are the records chosen when the form was opened. */
export function Picker({ relation, known, ...control }: ControlProps & { relation: Relation; known: readonly Ref[] }) {
  const { refs, total, error, search } = useChoices(relation, known);
  return (
    <div className="space-y-2">
      {total >= SEARCHED_FROM && (
        <input
          type="search"
          className="input"
          aria-label={`Search ${relation.label}`}
          placeholder={`Search ${total} records…`}
          onChange={(event) => search(event.target.value)}
        />
      )}
      {relation.kind === "many" ? (
        <Many {...control} name={relation.key} refs={refs} label={relation.label} />
      ) : (
        <One {...control} name={relation.key} refs={refs} required={relation.required ?? false} />
      )}
      {error && <p className="text-sm text-red-600 dark:text-red-400">{error.message}</p>}
    </div>
  );
}

function useChoices(relation: Relation, known: readonly Ref[]) {
  const entity = find(relation.entity)!;
  const [query, setQuery] = useState("");
  const [total, setTotal] = useState(0);
  const { data, error } = useLoad(`${entity.name} ${query}`, async (signal) => {
    const page = await list(entity, { limit: SHOWN, q: query, sort: entity.display ?? "id" }, signal);
    if (query === "") setTotal(page.total);
    return page;
  });
  const found = (data?.items ?? []).map((row) => ({ id: row.id, label: labelOf(entity, row) }));
  const refs = [...known.filter((ref) => !found.some((other) => other.id === ref.id)), ...found];
  return { refs, total, error, search: setQuery };
}

interface ChoiceProps extends ControlProps {
  name: string;
  refs: readonly Ref[];
}

function One({ id, name, value, onChange, invalid, describedBy, refs, required }: ChoiceProps & { required: boolean }) {
  const chosen = value ? String(value) : "";
  return (
    <select
      id={id}
      name={name}
      className="input"
      aria-invalid={invalid}
      aria-describedby={describedBy}
      required={required}
      value={chosen}
      onChange={(event) => onChange(event.target.value ? Number(event.target.value) : null)}
    >
      <option value="">{required ? "Choose…" : "None"}</option>
      {chosen && !refs.some((ref) => String(ref.id) === chosen) && <option value={chosen}>#{chosen}</option>}
      {refs.map((ref) => (
        <option key={ref.id} value={ref.id}>
          {ref.label}
        </option>
      ))}
    </select>
  );
}

function Many({ id, name, value, onChange, describedBy, refs, label }: ChoiceProps & { label: string }) {
  const chosen = new Set(value as number[]);
  function toggle(ref: Ref) {
    onChange(chosen.has(ref.id) ? [...chosen].filter((other) => other !== ref.id) : [...chosen, ref.id]);
  }
  return (
    <fieldset
      id={id}
      name={name}
      aria-label={label}
      aria-describedby={describedBy}
      className="max-h-48 space-y-1 overflow-y-auto rounded-lg border border-zinc-300 p-3 dark:border-zinc-700"
    >
      {refs.length === 0 && <p className="muted text-sm">There is nothing to choose from yet.</p>}
      {refs.map((ref) => (
        <label key={ref.id} className="flex items-center gap-2.5 text-sm">
          <input type="checkbox" className="size-4 accent-(--ink)" checked={chosen.has(ref.id)} onChange={() => toggle(ref)} />
          <span className="min-w-0 break-words">{ref.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
