import { call } from "./client";
import type * as api from "./types";

const PAGE = 100;
const segments = (path: string) => path.split("/").map(encodeURIComponent).join("/");
const of = (project: string) => `/projects/${encodeURIComponent(project)}`;

/** Every item of a list, page after page. */
async function all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `limit=${PAGE}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
    const page: api.Page<T> = await call<api.Page<T>>(`${path}?${query}`, signal ? { signal } : {});
    items.push(...page.items);
    cursor = page.has_more ? page.next_cursor : null;
  } while (cursor);
  return items;
}

/** What a person says, with the files that go with it. */
export interface Wish {
  text: string;
  files: readonly File[];
}

function said(field: string, { text, files }: Wish): unknown {
  if (!files.length) return { [field]: text };
  const form = new FormData();
  if (text.trim()) form.append(field, text);
  for (const file of files) form.append("files", file, file.name);
  return form;
}

const opt = (signal?: AbortSignal) => (signal ? { signal } : {});

export const operations = (signal?: AbortSignal) => call<api.Operations>("/operations", opt(signal));
export const experiments = (signal?: AbortSignal) => call<{ items: api.ExperimentState[] }>("/experiments", opt(signal));
export const rollBack = (experiment: string) => call<{ items: api.ExperimentState[] }>(`/experiments/${encodeURIComponent(experiment)}/rollback`, { method: "POST" });
export const replay = (letter: string) => call<{ id: string; at: string }>(`/operations/dead/${encodeURIComponent(letter)}/replay`, { method: "POST" });

export const system = (signal?: AbortSignal) => call<api.System>("/system", opt(signal));

export const projects = (limit: number, cursor: string | null, signal?: AbortSignal) =>
  call<api.Page<api.Project>>(`/projects?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, opt(signal));
export const project = (id: string, signal?: AbortSignal) => call<api.Project>(of(id), opt(signal));
export const createProject = (wish: Wish, key: string) =>
  call<{ project: api.Project; job: api.Job; message: api.Message }>("/projects", { method: "POST", body: said("prompt", wish), key });
export const cloneProject = (id: string) => call<api.Begun>(`${of(id)}/clone`, { method: "POST", body: {} });
export const importProject = (file: File) =>
  call<api.Begun>(`/projects/import?name=${encodeURIComponent(file.name.replace(/\.(zip|bundle)$/i, "").slice(0, 120) || "Imported project")}`, { method: "POST", body: file });
export const renameProject = (id: string, name: string) => call<api.Project>(of(id), { method: "PATCH", body: { name } });
export const deleteProject = (id: string) => call<void>(of(id), { method: "DELETE" });

export const messages = (id: string, signal?: AbortSignal) => all<api.Message>(`${of(id)}/messages`, signal);
export const say = (id: string, wish: Wish, key: string) =>
  call<{ job: api.Job; message: api.Message }>(`${of(id)}/messages`, { method: "POST", body: said("text", wish), key });

export const jobs = (id: string, signal?: AbortSignal) => all<api.Job>(`${of(id)}/jobs`, signal);
export const cancelJob = (job: string) => call<api.Job>(`/jobs/${encodeURIComponent(job)}/cancel`, { method: "POST" });
export const retryJob = (job: string) => call<api.Job>(`/jobs/${encodeURIComponent(job)}/retry`, { method: "POST" });
export const conflict = (job: string, signal?: AbortSignal) => call<api.Conflict>(`/jobs/${encodeURIComponent(job)}/conflict`, opt(signal));
export const resolveJob = (job: string, choices: { hunk: string; take: api.Side }[]) =>
  call<api.Job>(`/jobs/${encodeURIComponent(job)}/resolve`, { method: "POST", body: { choices } });
export const restore = (id: string, commit: string) => call<{ job: api.Job }>(`${of(id)}/restore`, { method: "POST", body: { commit } });
export const undoStep = (id: string, commit: string) => call<{ job: api.Job }>(`${of(id)}/steps/${commit}/undo`, { method: "POST" });
export const start = (id: string, what: "undo" | "redo" | "tests") => call<{ job: api.Job }>(`${of(id)}/${what}`, { method: "POST" });

export const plan = (id: string, signal?: AbortSignal) => call<api.Plan>(`${of(id)}/manifest`, opt(signal));
export const files = (id: string, signal?: AbortSignal) => call<api.FileList>(`${of(id)}/files`, opt(signal));
export const file = (id: string, path: string, signal?: AbortSignal) =>
  call<api.FileContent>(`${of(id)}/files/${segments(path)}`, opt(signal));
export const writeFile = (id: string, path: string, content: string, base: string) =>
  call<api.FilesWritten>(`${of(id)}/files/${segments(path)}`, { method: "PUT", body: { content, base } });

export const commits = (id: string, cursor: string | null, signal?: AbortSignal) =>
  call<api.Page<api.Commit>>(
    `${of(id)}/commits?branch=main&limit=50${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
    opt(signal),
  );
export const diff = (id: string, from: string | null, to: string, signal?: AbortSignal) =>
  call<api.Diff>(`${of(id)}/diff?${from ? `from=${from}&` : ""}to=${to}`, opt(signal));

export const impact = (id: string, from: string | null, to: string, signal?: AbortSignal) =>
  call<api.Impact>(`${of(id)}/impact?${from ? `from=${from}&` : ""}to=${to}`, opt(signal));

export const memory = (id: string, signal?: AbortSignal) => call<{ items: api.Memory[] }>(`${of(id)}/memory`, opt(signal));
export const remember = (id: string, entry: string, text: string) => call<unknown>(`${of(id)}/memory/${encodeURIComponent(entry)}`, { method: "PUT", body: { text } });
export const forget = (id: string, entry: string) => call<unknown>(`${of(id)}/memory/${encodeURIComponent(entry)}`, { method: "DELETE" });

export const blame = (id: string, path: string, commit: string, signal?: AbortSignal) =>
  call<api.Blame>(`${of(id)}/blame/${segments(path)}?commit=${commit}`, opt(signal));
export const tag = (id: string, name: string, commit: string) => call<unknown>(`${of(id)}/tags`, { method: "POST", body: { name, commit } });
export const untag = (id: string, name: string) => call<void>(`${of(id)}/tags/${segments(name)}`, { method: "DELETE" });

export const branches = (id: string, signal?: AbortSignal) => call<{ items: api.Branch[] }>(`${of(id)}/branches`, opt(signal));
export const mergeBranch = (id: string, name: string) => call<{ job: api.Job }>(`${of(id)}/branches/${segments(name)}/merge`, { method: "POST" });
export const proposals = (id: string, signal?: AbortSignal) => call<{ items: api.Proposal[] }>(`${of(id)}/proposals`, opt(signal));
export const mergeProposal = (id: string, branch: string, commit: string) =>
  call<{ job: api.Job }>(`${of(id)}/proposals/${segments(branch)}/merge`, { method: "POST", body: { commit } });
export const discardProposal = (id: string, branch: string, commit: string) =>
  call<void>(`${of(id)}/proposals/${segments(branch)}/discard`, { method: "POST", body: { commit } });
export const jobUsage = (job: string, signal?: AbortSignal) => call<api.ModelUsage>(`/jobs/${encodeURIComponent(job)}/usage`, opt(signal));
export const projectUsage = (id: string, signal?: AbortSignal) => call<api.ModelUsage>(`${of(id)}/usage`, opt(signal));

export const modelSetup = (id: string, signal?: AbortSignal) => call<api.ModelSetup>(`${of(id)}/models`, opt(signal));
export const saveModel = (id: string, settings: api.ModelSettings, key: string | null) =>
  call<api.ModelSetup>(`${of(id)}/models/${encodeURIComponent(settings.name)}`, { method: "PUT", body: { settings, key } });
export const testModel = (id: string, settings: api.ModelSettings, key: string | null) =>
  call<api.ModelVerdict>(`${of(id)}/models/test`, { method: "POST", body: { settings, key } });
export const removeModel = (id: string, name: string) => call<void>(`${of(id)}/models/${encodeURIComponent(name)}`, { method: "DELETE" });
export const setBudgets = (id: string, budgets: api.ModelSetup["budgets"] | null) =>
  call<api.ModelSetup>(`${of(id)}/budgets`, { method: "PUT", body: { budgets } });

export const checks = (id: string, signal?: AbortSignal) => call<api.Checks>(`${of(id)}/checks`, opt(signal));
export const tests = (id: string, signal?: AbortSignal) => call<api.TestRun>(`${of(id)}/tests`, opt(signal));

export const preview = (id: string, signal?: AbortSignal) => call<api.Preview>(`${of(id)}/preview`, opt(signal));
export const previewDo = (id: string, what: "start" | "stop") => call<api.Preview>(`${of(id)}/preview/${what}`, { method: "POST" });
export const previewOf = (id: string, commit: string | null) => call<api.Preview>(`${of(id)}/preview/start`, { method: "POST", body: commit ? { commit } : {} });

export const shares = (id: string, signal?: AbortSignal) => call<{ items: api.Share[] }>(`${of(id)}/shares`, opt(signal));
export const share = (id: string, seconds: number) => call<api.Share>(`${of(id)}/shares`, { method: "POST", body: { expires_in: seconds } });
export const unshare = (id: string, link: string) => call<void>(`${of(id)}/shares/${link}`, { method: "DELETE" });

export const artefactUrl = (id: string, digest: string) => `/api/v2${of(id)}/tests/artefacts/${digest}`;
export const exportUrl = (id: string) => `/api/v2${of(id)}/export?format=zip`;
