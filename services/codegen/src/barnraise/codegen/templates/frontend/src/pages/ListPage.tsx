import { type Query, list } from "../api";
import { useExchange } from "../components/Exchange";
import { Filters } from "../components/Filters";
import { Icon } from "../components/Icon";
import { Empty, Failed, Loading } from "../components/States";
import { Table } from "../components/Table";
import type { Entity } from "../entities/kit";
import { useLoad } from "../load";
import { go, href, useRoute } from "../router";

const SIZE = 20;
/** A parameter of this page alone; no field's name has a capital. */
const PAGE = "atPage";

/** Records that can be searched, filtered, sorted and paged; all of that stands in the address. */
export function ListPage({ entity }: { entity: Entity }) {
  const { query } = useRoute();
  const { [PAGE]: at, ...chosen } = Object.fromEntries(query);
  const page = Math.max(1, Math.min(1e9, Math.trunc(Number(at)) || 1));
  const sort = chosen.sort ?? "-id";
  const asked: Query = { ...chosen, sort, limit: SIZE, offset: (page - 1) * SIZE };
  const { data, error, loading, reload } = useLoad(JSON.stringify([entity.name, asked]), (signal) => list(entity, asked, signal));
  const exchange = useExchange(entity, { ...chosen, sort }, reload);
  const narrowed = Object.keys(chosen).some((key) => key !== "sort");

  /** Stay here with other choices; any but another page starts from the first. */
  function choose(changes: Record<string, string | number | undefined>) {
    go(href([entity.name], { ...chosen, ...changes }), true);
  }

  return (
    <div className="space-y-5">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <h1 className="min-w-0 text-2xl font-semibold tracking-tight break-words">{entity.plural}</h1>
        <span className="flex flex-wrap gap-2">
          {exchange.buttons}
          <a href={href([entity.name, "new"])} className="button button-primary">
            <Icon name="plus" /> <span className="max-w-60 truncate">New {entity.label.toLowerCase()}</span>
          </a>
        </span>
      </header>
      {exchange.result}
      <Filters entity={entity} chosen={chosen} choose={choose} />
      {error && <Failed error={error} retry={reload} />}
      {!data && loading && <Loading />}
      {data?.total === 0 && <Nothing entity={entity} narrowed={narrowed} />}
      {data && data.total > 0 && (
        <div aria-busy={loading} className={loading ? "opacity-60" : ""}>
          <Table entity={entity} rows={data.items} sort={sort} onSort={(next) => choose({ sort: next })} />
          <Pages page={page} total={data.total} turn={(to) => choose({ [PAGE]: to })} />
        </div>
      )}
    </div>
  );
}

function Nothing({ entity, narrowed }: { entity: Entity; narrowed: boolean }) {
  if (narrowed) {
    return (
      <Empty title="Nothing matches.">
        <a className="button" href={href([entity.name])}>
          Show all
        </a>
      </Empty>
    );
  }
  return (
    <Empty title={`There are no ${entity.plural.toLowerCase()} yet.`}>
      <a className="button button-primary" href={href([entity.name, "new"])}>
        <Icon name="plus" /> Add the first one
      </a>
    </Empty>
  );
}

function Pages({ page, total, turn }: { page: number; total: number; turn: (page: number) => void }) {
  const last = Math.max(1, Math.ceil(total / SIZE));
  const from = (page - 1) * SIZE + 1;
  return (
    <nav aria-label="Pages" className="muted mt-4 flex items-center justify-between gap-4 text-sm">
      <p role="status">{from > total ? `${total} in all` : `${from}–${Math.min(total, page * SIZE)} of ${total}`}</p>
      {last > 1 && (
        <span className="flex gap-2">
          <button type="button" className="button px-2.5" disabled={page <= 1} onClick={() => turn(Math.min(page - 1, last))}>
            <Icon name="back" /> <span className="sr-only">Previous page</span>
          </button>
          <button type="button" className="button px-2.5" disabled={page >= last} onClick={() => turn(page + 1)}>
            <Icon name="next" /> <span className="sr-only">Next page</span>
          </button>
        </span>
      )}
    </nav>
  );
}
