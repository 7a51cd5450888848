import { NoAccess, NoPage } from "./pages/dead-end";
import { OperationsPage } from "./pages/operations";
import { ProjectPage } from "./pages/project";
import { StartPage } from "./pages/start";
import { usePath } from "./router";
import { useReach } from "./state/connection";

export function App() {
  const path = usePath();
  const reach = useReach();
  if (reach === "refused") return <NoAccess />;
  if (path === "/") return <StartPage />;
  if (path === "/operations") return <OperationsPage />;
  const project = /^\/p\/([^/]+)\/?$/.exec(path)?.[1];
  return project ? <ProjectPage key={project} id={decodeURIComponent(project)} /> : <NoPage />;
}
