import type { Job, Message, System } from "../api/types";
import type { ProjectState } from "../live/reducer";
import { useQuery } from "../router";
import { type Tab, TabPanel, Tabs } from "../ui/tabs";
import { BranchesPanel } from "./branches";
import { ChecksPanel } from "./checks";
import { CodePanel } from "./code";
import { HistoryPanel } from "./history";
import { MemoryPanel } from "./memory";
import { ModelsPanel } from "./models";
import { PlanPanel } from "./plan";
import { PreviewPanel } from "./preview";

const NAMES = ["preview", "plan", "code", "history", "branches", "checks", "memory", "models"] as const;
type Name = (typeof NAMES)[number];
const WORDS: Record<Name, string> = { preview: "Preview", plan: "Plan", code: "Code", history: "History", branches: "Branches", checks: "Checks", memory: "Memory", models: "Models" };

/** The application from all sides. The chosen tab is in the address. */
export function Work({ state, system, accept }: { state: ProjectState; system: System | null; accept: (job: Job, message?: Message) => void }) {
  const [query, change] = useQuery();
  const chosen = NAMES.find((name) => name === query.get("tab")) ?? "preview";
  const tabs: Tab<Name>[] = NAMES.map((name) => ({ name, word: WORDS[name], mark: name === "checks" && <Findings state={state} /> }));
  return (
    <>
      <div className="border-b border-line bg-board px-1.5">
        <Tabs tabs={tabs} chosen={chosen} label="Application" onChoose={(tab) => change({ tab: tab === "preview" ? null : tab })} />
      </div>
      <TabPanel name={chosen}>
        {chosen === "preview" && <PreviewPanel state={state} system={system} accept={accept} />}
        {chosen === "plan" && <PlanPanel state={state} />}
        {chosen === "code" && <CodePanel state={state} />}
        {chosen === "history" && <HistoryPanel state={state} accept={accept} />}
        {chosen === "branches" && <BranchesPanel state={state} accept={accept} />}
        {chosen === "checks" && <ChecksPanel state={state} system={system} />}
        {chosen === "memory" && <MemoryPanel key={state.project.id} state={state} />}
        {chosen === "models" && <ModelsPanel key={state.project.id} state={state} />}
      </TabPanel>
    </>
  );
}

function Findings({ state }: { state: ProjectState }) {
  const errors = state.checks?.diagnostics.filter((found) => found.severity === "error").length ?? 0;
  const count = errors + (state.tests?.report.failed ?? 0);
  if (!count) return null;
  return (
    <span className="rounded-full bg-bad-wash px-1.5 text-xs text-bad">
      {count}
      <span className="sr-only"> to mend</span>
    </span>
  );
}
