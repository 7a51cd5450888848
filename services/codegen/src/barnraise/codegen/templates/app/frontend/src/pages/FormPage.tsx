import { type FormEvent, type ReactNode, useId, useRef, useState } from "react";

import { Problem, create, get, update } from "../api";
import { Input } from "../components/Input";
import { Picker } from "../components/Picker";
import { Failed, Loading } from "../components/States";
import { type Entity, type Ref, type Relation, type Stored, type Values, labelOf } from "../entities/kit";
import { useLoad } from "../load";
import { go, href, useRoute } from "../router";
import { BackLink } from "./DetailPage";

/** Makes a record, or with an `id` changes one. */
export function FormPage({ entity, id }: { entity: Entity; id?: string }) {
  const { query } = useRoute();
  const { data, error, reload } = useLoad(`${entity.name} ${id}`, async (signal) => (id === undefined ? null : get(entity, id, signal)));
  if (error) return <Failed error={error} retry={reload} />;
  return data === undefined ? <Loading /> : <Form entity={entity} row={data} given={query} />;
}

function Form({ entity, row, given }: { entity: Entity; row: Stored | null; given: URLSearchParams }) {
  const [values, setValues] = useState(() => start(entity, row, given));
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  async function save(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    try {
      const saved = row ? await update(entity, row.id, values) : await create(entity, filled(values));
      go(href([entity.name, saved.id]));
    } catch (error) {
      setBusy(false);
      setProblem(error as Problem);
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
    }
  }

  function control(name: string) {
    const onChange = (value: unknown) => setValues((before) => ({ ...before, [name]: value }));
    return { value: values[name], invalid: problem?.fields.has(name) ?? false, onChange };
  }

  return (
    <form ref={form} onSubmit={save} className="mx-auto max-w-2xl space-y-6">
      <header className="space-y-3">
        <BackLink entity={entity} />
        <h1 className="text-2xl font-semibold tracking-tight break-words">{row ? `Edit ${labelOf(entity, row)}` : `New ${entity.label.toLowerCase()}`}</h1>
      </header>
      {problem && <Failed error={problem} />}
      <div className="card space-y-5 p-5 sm:p-6">
        {entity.fields.map((field) => (
          <Labelled key={field.name} label={field.label} optional={!field.required} error={problem?.fields.get(field.name)}>
            {(shared) => <Input {...shared} {...control(field.name)} field={field} />}
          </Labelled>
        ))}
        {entity.relations.map((relation) => (
          <Labelled key={relation.key} label={relation.label} optional={!relation.required} error={problem?.fields.get(relation.key)}>
            {(shared) => <Picker {...shared} {...control(relation.key)} relation={relation} known={refs(relation, row)} />}
          </Labelled>
        ))}
      </div>
      <div className="flex justify-end gap-3">
        <a className="button" href={href(row ? [entity.name, row.id] : [entity.name])}>
          Cancel
        </a>
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? "Saving…" : "Save"}
        </button>
      </div>
    </form>
  );
}

interface LabelledProps {
  label: string;
  optional: boolean;
  error: string | undefined;
  children: (shared: { id: string; describedBy?: string }) => ReactNode;
}

function Labelled({ label, optional, error, children }: LabelledProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-medium break-words">
        {label}
        {optional && <span className="muted font-normal"> (optional)</span>}
      </label>
      {children(error ? { id, describedBy: `${id}-error` } : { id })}
      {error && (
        <p id={`${id}-error`} className="mt-1 text-sm text-red-600 dark:text-red-400">
          {error.charAt(0).toUpperCase() + error.slice(1)}
        </p>
      )}
    </div>
  );
}

function refs(relation: Relation, row: Stored | null): Ref[] {
  const value = row && ((row as unknown as Values)[relation.name] as Ref | Ref[] | null);
  return Array.isArray(value) ? value : value ? [value] : [];
}

/** What the controls show first: the record, or the initial values and what the address gives. */
function start(entity: Entity, row: Stored | null, given: URLSearchParams): Values {
  const stored = row as Values | null;
  const values: Values = {};
  for (const field of entity.fields) values[field.name] = stored ? stored[field.name] : (field.initial ?? null);
  for (const relation of entity.relations) {
    if (relation.kind === "many") values[relation.key] = refs(relation, row).map((ref) => ref.id);
    else values[relation.key] = stored ? stored[relation.key] : Number(given.get(relation.key)) || null;
  }
  return values;
}

/** Without what is empty, so that the API's own defaults hold. */
function filled(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}
