import type { ReactNode } from "react";

import { type Entity, type Field, type Stored, type Values, labelOf } from "../entities/kit";
import { href } from "../router";
import type { Selection } from "./Selection";
import { Linked, Value } from "./Value";

interface Props {
  entity: Entity;
  rows: readonly Stored[];
  /** The field that rows are sorted by, with a `-` when the largest comes first. */
  sort?: string;
  onSort?: (sort: string) => void;
  /** The key of a relation that is the same in every row. */
  without?: string;
  /** Makes a yes or no in a row a check box. */
  onSet?: (row: Stored, field: Field, value: boolean) => void;
  /** Gives every row a check box to select it. */
  selection?: Selection;
}

/** Records under sortable heads; on narrow screens each record becomes a card. The name of a record leads to its page. */
export function Table({ entity, rows, sort = "", onSort, without, onSet, selection }: Props) {
  const fields = entity.fields.filter((field) => field.listed && field.name !== entity.display);
  const relations = entity.relations.filter((relation) => relation.listed && relation.key !== without);
  const named = entity.fields.find((field) => field.name === entity.display);
  const heads = [
    { key: named?.name ?? "id", label: named?.label ?? entity.label },
    ...fields.map((field) => ({ key: field.name, label: field.label })),
    ...relations.map((relation) => ({ key: relation.key, label: relation.label })),
  ];

  return (
    <div className="card overflow-x-auto">
      <table className="block w-full text-left text-sm md:table">
        <thead className="hidden border-b border-zinc-200 md:table-header-group dark:border-zinc-800">
          <tr>
            {selection && (
              <td className="w-0 py-3 pl-5">
                <SelectBox
                  label={`Select all ${entity.plural.toLowerCase()} shown`}
                  checked={rows.every((row) => selection.ids.has(row.id))}
                  onChange={(on) => selection.toggle(rows.map((row) => row.id), on)}
                />
              </td>
            )}
            {heads.map((head) => (
              <th key={head.key} scope="col" aria-sort={sorted(sort, head.key)} className="px-5 py-3 font-medium whitespace-nowrap">
                {onSort ? (
                  <button type="button" className="muted inline-flex items-center gap-1 hover:text-ink" onClick={() => onSort(next(sort, head.key))}>
                    <span className="max-w-48 truncate">{head.label}</span>
                    <span aria-hidden="true" className="w-3">
                      {sort === head.key ? "↑" : sort === `-${head.key}` ? "↓" : ""}
                    </span>
                  </button>
                ) : (
                  <span className="muted inline-block max-w-48 truncate">{head.label}</span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="block divide-y divide-zinc-200 md:table-row-group dark:divide-zinc-800">
          {rows.map((row) => (
            <tr key={row.id} className="relative block px-5 py-3 hover:bg-zinc-50 md:table-row md:p-0 dark:hover:bg-zinc-800/40">
              {selection && (
                <td className="absolute top-3 right-5 py-1 md:static md:table-cell md:w-0 md:py-3 md:pl-5">
                  <SelectBox label={`Select ${labelOf(entity, row)}`} checked={selection.ids.has(row.id)} onChange={(on) => selection.toggle([row.id], on)} />
                </td>
              )}
              <th scope="row" className="block py-1 pr-8 font-medium md:table-cell md:max-w-sm md:min-w-40 md:px-5 md:py-3">
                <a className="link line-clamp-2 break-words" href={href([entity.name, row.id])}>
                  {labelOf(entity, row)}
                </a>
              </th>
              {fields.map((field) => (
                <Cell key={field.name} label={field.label}>
                  <Shown field={field} row={row} {...(onSet && { onSet })} />
                </Cell>
              ))}
              {relations.map((relation) => (
                <Cell key={relation.key} label={relation.label}>
                  <Linked relation={relation} row={row as unknown as Values} />
                </Cell>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Shown({ field, row, onSet }: { field: Field; row: Stored } & Pick<Props, "onSet">) {
  const value = (row as unknown as Values)[field.name];
  if (!onSet || field.type !== "bool" || !field.required) return <Value field={field} value={value} />;
  return <SelectBox label={field.label} checked={value === true} onChange={(on) => onSet(row, field, on)} />;
}

function SelectBox({ label, checked, onChange }: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  return <input type="checkbox" aria-label={label} className="block size-4.5 accent-(--ink)" checked={checked} onChange={(event) => onChange(event.target.checked)} />;
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td className="flex gap-3 py-1 md:table-cell md:max-w-xs md:px-5 md:py-3">
      <span aria-hidden="true" className="muted w-28 shrink-0 truncate md:hidden">
        {label}
      </span>
      <span className="min-w-0 wrap-anywhere md:wrap-break-word">{children}</span>
    </td>
  );
}

function next(sort: string, key: string): string {
  return sort === key ? `-${key}` : key;
}

function sorted(sort: string, key: string): "ascending" | "descending" | "none" {
  if (sort === key) return "ascending";
  return sort === `-${key}` ? "descending" : "none";
}
