import { list, stats } from "../api";
import { find, menu, title } from "../app";
import { Failed } from "../components/States";
import { type Entity, labelOf } from "../entities/kit";
import { useLoad } from "../load";
import { href } from "../router";

const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** How much there is of everything, and what changed last. */
export function Dashboard() {
  const counts = useLoad("stats", stats);
  const shown = menu.flatMap((item) => {
    const entity = find(item.entity);
    return entity ? [{ title: item.title, entity }] : [];
  });

  return (
    <div className="space-y-8">
      <header>
        <h1 className="text-2xl font-semibold tracking-tight break-words">{title}</h1>
      </header>
      {counts.error && <Failed error={counts.error} retry={counts.reload} />}
      <ul className="grid grid-cols-2 gap-4 lg:grid-cols-4">
        {shown.map(({ title, entity }) => (
          <li key={entity.name}>
            <a href={href([entity.name])} className="card block p-5 transition-colors hover:border-ink">
              <span className="muted block truncate text-sm">{title}</span>
              <span className="mt-2 block text-3xl font-semibold tabular-nums">{counts.data?.counts[entity.name] ?? "–"}</span>
            </a>
          </li>
        ))}
      </ul>
      <div className="grid gap-4 lg:grid-cols-2">
        {shown.slice(0, 4).map(({ title, entity }) => (
          <Latest key={entity.name} title={title} entity={entity} />
        ))}
      </div>
    </div>
  );
}

function Latest({ title, entity }: { title: string; entity: Entity }) {
  const { data, error, reload } = useLoad(entity.name, (signal) => list(entity, { sort: "-updated_at", limit: 5 }, signal));
  if (error) return <Failed error={error} retry={reload} />;
  return (
    <section className="card p-5" aria-label={`Latest: ${title}`}>
      <div className="flex items-center justify-between gap-4">
        <h2 className="truncate font-medium">{title}</h2>
        <a className="link shrink-0 text-sm" href={href([entity.name, "new"])} aria-label={`New ${entity.label}`}>
          New
        </a>
      </div>
      <ul className="mt-3 divide-y divide-zinc-100 text-sm dark:divide-zinc-800">
        {data?.items.map((row) => (
          <li key={row.id} className="flex items-baseline justify-between gap-4 py-2">
            <a className="link min-w-0 truncate" href={href([entity.name, row.id])}>
              {labelOf(entity, row)}
            </a>
            <time className="muted shrink-0 text-xs" dateTime={row.updated_at}>
              {ago(row.updated_at)}
            </time>
          </li>
        ))}
        {data?.items.length === 0 && <li className="muted py-2">Nothing here yet.</li>}
      </ul>
    </section>
  );
}

function ago(moment: string): string {
  const minutes = Math.round((Date.parse(moment) - Date.now()) / 60_000);
  if (minutes > -60) return AGO.format(minutes, "minute");
  if (minutes > -1440) return AGO.format(Math.round(minutes / 60), "hour");
  return AGO.format(Math.round(minutes / 1440), "day");
}
