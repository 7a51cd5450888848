import { type ReactNode, useState } from "react";

import { get, list, remove } from "../api";
import { find } from "../app";
import { Confirm } from "../components/Confirm";
import { Icon } from "../components/Icon";
import { Failed, Loading } from "../components/States";
import { Table } from "../components/Table";
import { Linked, Value } from "../components/Value";
import { type Entity, type Field, type Related, type Stored, type Values, labelOf } from "../entities/kit";
import { useLoad } from "../load";
import { go, href } from "../router";

const MOMENT: Field = { name: "moment", label: "", type: "datetime" };

export function DetailPage({ entity, id }: { entity: Entity; id: string }) {
  const { data: row, error, reload } = useLoad(`${entity.name} ${id}`, (signal) => get(entity, id, signal));
  if (error && !row) return <Failed error={error} retry={reload} />;
  return row ? <Detail entity={entity} row={row} /> : <Loading />;
}

function Detail({ entity, row }: { entity: Entity; row: Stored }) {
  const values = row as unknown as Values;
  return (
    <div className="space-y-8">
      <Head entity={entity} row={row} />
      <dl className="card divide-y divide-zinc-100 text-sm dark:divide-zinc-800">
        {entity.fields.map((field) => (
          <Line key={field.name} label={field.label}>
            <Value field={field} value={values[field.name]} full />
          </Line>
        ))}
        {entity.relations.map((relation) => (
          <Line key={relation.key} label={relation.label}>
            <Linked relation={relation} row={values} />
          </Line>
        ))}
        <Line label="Created">
          <Value field={MOMENT} value={row.created_at} />
        </Line>
        <Line label="Changed">
          <Value field={MOMENT} value={row.updated_at} />
        </Line>
      </dl>
      {entity.related.map((related) => (
        <RelatedList key={`${related.entity} ${related.key}`} related={related} row={row} />
      ))}
    </div>
  );
}

function Head({ entity, row }: { entity: Entity; row: Stored }) {
  const [asking, setAsking] = useState(false);
  const name = labelOf(entity, row);

  async function erase() {
    await remove(entity, row.id);
    go(href([entity.name]));
  }

  return (
    <header className="space-y-3">
      <BackLink entity={entity} />
      <div className="flex flex-wrap items-start justify-between gap-4">
        <h1 className="min-w-0 text-2xl font-semibold tracking-tight break-words">{name}</h1>
        <span className="flex gap-2">
          <a className="button" href={href([entity.name, row.id, "edit"])}>
            <Icon name="edit" /> Edit
          </a>
          <button type="button" className="button" onClick={() => setAsking(true)}>
            <Icon name="trash" /> Delete
          </button>
        </span>
      </div>
      {asking && (
        <Confirm
          title={`Delete this ${entity.label.toLowerCase()}?`}
          text={`“${name}” will be gone for good.`}
          action="Delete"
          onConfirm={erase}
          onClose={() => setAsking(false)}
        />
      )}
    </header>
  );
}

export function BackLink({ entity }: { entity: Entity }) {
  return (
    <a className="muted inline-flex items-center gap-1 text-sm hover:text-ink" href={href([entity.name])}>
      <Icon name="back" /> {entity.plural}
    </a>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="gap-4 px-5 py-3 sm:grid sm:grid-cols-[12rem_1fr]">
      <dt className="muted break-words">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

/** The records of another entity that belong to this one. */
function RelatedList({ related, row }: { related: Related; row: Stored }) {
  const entity = find(related.entity)!;
  const query = { [related.filter]: row.id };
  const { data, error, reload } = useLoad(`${related.entity} ${related.filter} ${row.id}`, (signal) => list(entity, { ...query, limit: 10 }, signal));
  return (
    <section aria-label={related.label} className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="min-w-0 text-lg font-medium break-words">
          {related.label} {data && <span className="muted text-sm font-normal">{data.total}</span>}
        </h2>
        <a className="button" href={href([entity.name, "new"], { [related.key]: row.id })}>
          <Icon name="plus" /> Add
        </a>
      </div>
      {error && <Failed error={error} retry={reload} />}
      {data && data.total > 0 && <Table entity={entity} rows={data.items} without={related.key} />}
      {data?.total === 0 && <p className="muted card p-5 text-sm">None yet.</p>}
      {data && data.total > data.items.length && (
        <a className="link text-sm" href={href([entity.name], query)}>
          Show all {data.total}
        </a>
      )}
    </section>
  );
}
