// How an entity is described to the generic pages: each file beside this one holds the types of its records and one description.

export type FieldType =
  | "string"
  | "text"
  | "markdown"
  | "int"
  | "float"
  | "decimal"
  | "bool"
  | "date"
  | "time"
  | "datetime"
  | "enum"
  | "email"
  | "url"
  | "phone"
  | "color"
  | "file"
  | "json";

/** What every stored record has. */
export interface Stored {
  id: number;
  created_at: string;
  updated_at: string;
}

/** Another record, by its id and the name that people see. */
export interface Ref {
  id: number;
  label: string;
}

export interface Field<Name extends string = string> {
  name: Name;
  label: string;
  type: FieldType;
  required?: boolean;
  /** Shown as a column of lists. */
  listed?: boolean;
  values?: readonly string[];
  min?: number;
  max?: number;
  maxLength?: number;
  initial?: unknown;
}

/** A reference to one record (written as its id under `key`) or to many (a list of ids). */
export interface Relation<Name extends string = string> {
  name: Name;
  key: Name;
  label: string;
  kind: "one" | "many";
  entity: string;
  filter: string;
  required?: boolean;
  listed?: boolean;
}

/** Records of another entity that point here: they are listed by filtering on `filter`, and made with `key` filled in. */
export interface Related {
  label: string;
  entity: string;
  filter: string;
  key: string;
}

export interface Entity<Row extends Stored = Stored, Input = unknown> {
  /** Part of addresses: `#/<name>`. */
  name: string;
  /** Of the API: `/api/<path>`. */
  path: string;
  label: string;
  plural: string;
  /** The field that names a record. */
  display?: string;
  fields: readonly Field[];
  relations: readonly Relation[];
  related: readonly Related[];
  /** Types only: what the API gives and takes. */
  row?: Row;
  input?: Input;
}

type Key<Row> = keyof Row & string;

type Description<Row extends Stored, Input> = Omit<Entity<Row, Input>, "display" | "fields" | "relations" | "row" | "input"> & {
  display?: Key<Row>;
  fields: readonly Field<Key<Row>>[];
  relations: readonly Relation<Key<Row>>[];
};

/** Checks that a description names only what its records have. */
export function describe<Row extends Stored, Input>(description: Description<Row, Input>): Entity<Row, Input> {
  return description;
}

/** A record as the generic pages see it. */
export type Values = Record<string, unknown>;

/** The name of a record: what its entity shows, else the names of what it belongs to, else its number. */
export function labelOf(entity: Entity, row: Stored): string {
  const values = row as unknown as Values;
  const field = entity.fields.find((field) => field.name === entity.display);
  const name = field && brief(String(values[field.name] ?? ""));
  if (name) return field.type === "enum" ? spoken(name) : name;
  const above = entity.relations.filter((relation) => relation.kind === "one").map((relation) => values[relation.name] as Ref | null);
  return above.flatMap((ref) => (ref ? [ref.label] : [])).join(" · ") || `${entity.label} #${row.id}`;
}

function brief(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length <= 60 ? line : `${line.slice(0, 59)}…`;
}

/** `in_progress` as people write it. */
export function spoken(value: string): string {
  const text = value.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
