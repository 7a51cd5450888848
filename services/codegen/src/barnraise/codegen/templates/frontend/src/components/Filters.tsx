// What narrows a list: a search, and a choice for every field or relation that has few values.

import { useEffect, useId, useState } from "react";

import { list } from "../api";
import { find } from "../app";
import { type Entity, type Field, type Relation, labelOf, spoken } from "../entities/kit";
import { useLoad } from "../load";
import { Icon } from "./Icon";

/** Every list has these in its query; a filter by a field of the same name ends in `_is`. */
const TAKEN = ["limit", "offset", "q", "sort"];

interface Props {
  entity: Entity;
  chosen: Record<string, string>;
  choose: (changes: Record<string, string | undefined>) => void;
}

export function Filters({ entity, chosen, choose }: Props) {
  const fields = entity.fields.filter((field) => field.type === "enum" || field.type === "bool");
  return (
    <search className="flex flex-wrap gap-3">
      <SearchBox text={chosen.q ?? ""} onSearch={(q) => choose({ q })} label={`Search ${entity.plural}`} />
      {fields.map((field) => (
        <FieldFilter key={field.name} field={field} chosen={chosen} choose={choose} />
      ))}
      {entity.relations.map((relation) => (
        <RelationFilter key={relation.key} relation={relation} value={chosen[relation.filter] ?? ""} choose={choose} />
      ))}
    </search>
  );
}

function SearchBox({ text, onSearch, label }: { text: string; onSearch: (text: string) => void; label: string }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => {
    if (typed === text) return;
    const soon = setTimeout(() => onSearch(typed), 250);
    return () => clearTimeout(soon);
  }, [typed]);
  return (
    <label className="relative min-w-56 flex-1">
      <span className="sr-only">{label}</span>
      <span className="muted pointer-events-none absolute inset-y-0 left-3 flex items-center">
        <Icon name="search" />
      </span>
      <input type="search" className="input pl-9" placeholder="Search…" value={typed} maxLength={200} onChange={(event) => setTyped(event.target.value)} />
    </label>
  );
}

function FieldFilter({ field, chosen, choose }: { field: Field } & Omit<Props, "entity">) {
  const name = TAKEN.includes(field.name) ? `${field.name}_is` : field.name;
  const options =
    field.type === "bool"
      ? [
          { value: "true", text: "Yes" },
          { value: "false", text: "No" },
        ]
      : (field.values ?? []).map((value) => ({ value, text: spoken(value) }));
  return <Select label={field.label} value={chosen[name] ?? ""} options={options} onChange={(value) => choose({ [name]: value })} />;
}

function RelationFilter({ relation, value, choose }: { relation: Relation; value: string; choose: Props["choose"] }) {
  const entity = find(relation.entity)!;
  const { data } = useLoad(entity.name, (signal) => list(entity, { limit: 100, sort: entity.display ?? "id" }, signal));
  const options = (data?.items ?? []).map((row) => ({ value: String(row.id), text: labelOf(entity, row) }));
  if (value && !options.some((option) => option.value === value)) options.push({ value, text: `#${value}` });
  return <Select label={relation.label} value={value} options={options} onChange={(id) => choose({ [relation.filter]: id })} />;
}

interface SelectProps {
  label: string;
  value: string;
  options: readonly { value: string; text: string }[];
  onChange: (value: string) => void;
}

function Select({ label, value, options, onChange }: SelectProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <select id={id} className="input w-auto max-w-44" value={value} onChange={(event) => onChange(event.target.value)}>
        <option value="">{label}: all</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </>
  );
}
