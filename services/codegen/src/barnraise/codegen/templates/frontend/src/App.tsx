import { useEffect } from "react";

import { find, title } from "./app";
import { Shell } from "./components/Shell";
import { Empty } from "./components/States";
import { Dashboard } from "./pages/Dashboard";
import { DetailPage } from "./pages/DetailPage";
import { FormPage } from "./pages/FormPage";
import { ListPage } from "./pages/ListPage";
import { href, useRoute } from "./router";

export function App() {
  const { parts } = useRoute();
  const entity = find(parts[0]);
  useEffect(() => {
    document.title = entity ? `${entity.plural} · ${title}` : title;
  }, [entity]);
  return (
    <Shell>
      <Page parts={parts} />
    </Shell>
  );
}

/** `#/`, `#/tasks`, `#/tasks/new`, `#/tasks/3`, `#/tasks/3/edit`. */
function Page({ parts: [name, id, verb, ...more] }: { parts: readonly string[] }) {
  const entity = find(name);
  if (name === undefined) return <Dashboard />;
  if (!entity || more.length > 0 || (verb !== undefined && verb !== "edit")) return <NotFound />;
  if (id === undefined) return <ListPage key={name} entity={entity} />;
  if (verb === "edit") return <FormPage key={`${name} ${id} edit`} entity={entity} id={id} />;
  return id === "new" ? <FormPage key={`${name} new`} entity={entity} /> : <DetailPage key={`${name} ${id}`} entity={entity} id={id} />;
}

function NotFound() {
  return (
    <Empty title="There is no such page.">
      <a className="button" href={href([])}>
        Go to the start
      </a>
    </Empty>
  );
}
