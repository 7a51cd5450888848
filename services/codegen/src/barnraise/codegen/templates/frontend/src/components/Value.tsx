// One value of a record, as people read it.

import { downloadUrl } from "../api";
import { type Field, type Ref, type Relation, type Values, spoken } from "../entities/kit";
import { href } from "../router";
import { Icon } from "./Icon";

const NUMBER = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 });
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function Nothing() {
  return (
    <span className="muted">
      <span aria-hidden="true">–</span>
      <span className="sr-only">None</span>
    </span>
  );
}

/** `full` shows long texts whole, and what can be followed as a link. */
export function Value({ field, value, full = false }: { field: Field; value: unknown; full?: boolean }) {
  if (value === null || value === undefined || value === "") return <Nothing />;
  const text = String(value);
  switch (field.type) {
    case "bool":
      return value ? (
        <span className="inline-flex items-center gap-1.5 text-emerald-700 dark:text-emerald-400">
          <Icon name="check" /> Yes
        </span>
      ) : (
        <span className="muted">No</span>
      );
    case "enum":
      return <Badge text={spoken(text)} hue={(field.values ?? []).indexOf(text)} />;
    case "int":
    case "float":
      return <span className="tabular-nums">{/year/.test(field.name) ? text : NUMBER.format(Number(value))}</span>;
    case "decimal":
      return <span className="tabular-nums">{text}</span>;
    case "date":
      return <time dateTime={text}>{DATE.format(new Date(text))}</time>;
    case "time":
      return <time dateTime={text}>{text.slice(0, 5)}</time>;
    case "datetime":
      return <time dateTime={text}>{MOMENT.format(new Date(text))}</time>;
    case "color":
      return (
        <span className="inline-flex items-center gap-2">
          <span className="size-4 rounded-full border border-black/15 dark:border-white/20" style={{ background: text }} />
          {text}
        </span>
      );
    case "email":
      return full ? <Link to={`mailto:${text}`} text={text} /> : <span>{text}</span>;
    case "phone":
      return full ? <Link to={`tel:${text.replaceAll(/[^+\d]/g, "")}`} text={text} /> : <span>{text}</span>;
    case "url":
      return full ? <Link to={text} text={text} /> : <span>{text.replace(/^https?:\/\//, "")}</span>;
    case "file":
      return (
        <a className="link inline-flex items-center gap-1.5" href={downloadUrl(text)} download>
          <Icon name="file" /> {text.slice(text.indexOf("/") + 1)}
        </a>
      );
    case "json":
      return <pre className="overflow-x-auto font-mono text-xs">{JSON.stringify(value, null, full ? 2 : 0)}</pre>;
    default:
      return <span className={full ? "break-words whitespace-pre-wrap" : "line-clamp-2 break-words"}>{text}</span>;
  }
}

function Link({ to, text }: { to: string; text: string }) {
  return (
    <a className="link break-all" href={to} target="_blank" rel="noreferrer noopener">
      {text}
    </a>
  );
}

const HUES = [
  "bg-sky-100 text-sky-800 dark:bg-sky-950 dark:text-sky-300",
  "bg-amber-100 text-amber-800 dark:bg-amber-950 dark:text-amber-300",
  "bg-emerald-100 text-emerald-800 dark:bg-emerald-950 dark:text-emerald-300",
  "bg-violet-100 text-violet-800 dark:bg-violet-950 dark:text-violet-300",
  "bg-rose-100 text-rose-800 dark:bg-rose-950 dark:text-rose-300",
  "bg-zinc-200 text-zinc-800 dark:bg-zinc-800 dark:text-zinc-300",
];

function Badge({ text, hue }: { text: string; hue: number }) {
  const colors = HUES[hue % HUES.length] ?? HUES.at(-1);
  return <span className={`inline-block rounded-full px-2.5 py-0.5 text-xs font-medium ${colors}`}>{text}</span>;
}

/** The records that a relation leads to, as links. */
export function Linked({ relation, row }: { relation: Relation; row: Values }) {
  const value = row[relation.name] as Ref | Ref[] | null;
  const refs = Array.isArray(value) ? value : value ? [value] : [];
  if (refs.length === 0) return <Nothing />;
  return (
    <span className="flex flex-wrap gap-x-3 gap-y-1">
      {refs.map((ref) => (
        <a key={ref.id} className="link break-words" href={href([relation.entity, ref.id])}>
          {ref.label}
        </a>
      ))}
    </span>
  );
}
