// The HTTP API as the page uses it. Each route: method, path, (context) -> [status, body].
import { oid } from "./platform.mjs";
import { patchOf } from "./patch.mjs";

export class Refusal extends Error {
  constructor(status, code, detail, next = "Look again, then decide.") {
    super(detail);
    this.status = status;
    this.body = { type: `/problems/${code}`, title: code, status, code, detail, next, trace_id: oid(code).slice(0, 32), errors: [] };
  }
}

const missing = (what) => new Refusal(404, "not_found", `There is no such ${what}.`, "Go back to the list.");

export const ROUTES = [
  ["POST", "/clicks", () => [204]],
  ["GET", "/system", ({ platform }) => [200, system(platform)]],
  ["GET", "/projects", ({ platform, query }) => [200, page([...platform.projects.values()].reverse().map((project) => platform.view(project)), query)]],
  ["POST", "/projects", create],
  ["GET", "/projects/:id", ({ platform, project }) => [200, platform.view(project)]],
  ["PATCH", "/projects/:id", rename],
  ["DELETE", "/projects/:id", ({ platform, project }) => [204, platform.remove(project)]],
  ["GET", "/projects/:id/messages", ({ project, query }) => [200, page(project.messages, query)]],
  ["POST", "/projects/:id/messages", ({ platform, stories, project, body }) => [202, say(platform, stories, project, body.text, taken(body.files))]],
  ["GET", "/projects/:id/jobs", ({ project, query }) => [200, page([...project.jobs].reverse(), query)]],
  ["POST", "/jobs/:job/cancel", cancel],
  ["POST", "/jobs/:job/retry", retry],
  ["GET", "/projects/:id/manifest", ({ project }) => [200, project.plan ?? none("plan")]],
  ["GET", "/projects/:id/files", ({ project }) => [200, fileList(project.commits[0] ?? { commit: null, files: {} })]],
  ["GET", "/projects/:id/files/*", ({ project, rest }) => [200, fileOf(head(project), rest)]],
  ["PUT", "/projects/:id/files/*", write],
  ["GET", "/projects/:id/commits", ({ project, query }) => [200, page(project.commits.map(({ files: _, ...commit }) => commit), query)]],
  ["GET", "/projects/:id/blame/*", ({ project, rest }) => [200, blame(project, rest)]],
  ["POST", "/projects/:id/tags", tag],
  ["GET", "/projects/:id/diff", ({ project, query }) => [200, diff(project, query)]],
  ["POST", "/projects/:id/undo", (context) => [202, revert(context, "undo")]],
  ["POST", "/projects/:id/redo", (context) => [202, revert(context, "redo")]],
  ["POST", "/projects/:id/tests", (context) => [202, { job: start(context, "test", "") }]],
  ["GET", "/projects/:id/checks", ({ project }) => [200, project.checks ?? none("check")]],
  ["GET", "/projects/:id/tests", ({ project }) => [200, project.tests ?? none("test run")]],
  ["GET", "/projects/:id/preview", showPreview],
  ["POST", "/projects/:id/preview/start", startPreview],
  ["POST", "/projects/:id/preview/stop", stopPreview],
  ["GET", "/projects/:id/branches", ({ project }) => [200, { items: project.branches ?? [] }]],
  ["GET", "/projects/:id/impact", () => [200, IMPACT]],
  ["GET", "/projects/:id/memory", ({ project }) => [200, { items: project.memory ?? [] }]],
  ["PUT", "/projects/:id/memory/*", remember],
  ["DELETE", "/projects/:id/memory/*", ({ project, rest }) => [200, { items: (project.memory = (project.memory ?? []).filter((one) => one.id !== rest)) }]],
  ["GET", "/projects/:id/proposals", ({ project }) => [200, { items: project.proposals ?? [] }]],
  ["POST", "/projects/:id/proposals/*", decide],
  ["GET", "/projects/:id/models", ({ project }) => [200, setup(project)]],
  ["PUT", "/projects/:id/models/*", saveModel],
  ["POST", "/projects/:id/models/test", ({ body }) => [200, { ok: body.key === "right", kind: body.key === "right" ? "ok" : "refused_key", sentence: body.key === "right" ? "It answered in 0.8 s." : "api.openai.com refuses the key.", seconds: 0.8 }]],
  ["DELETE", "/projects/:id/models/*", ({ project, rest }) => [204, void (project.models = project.models.filter((one) => one.settings.name !== rest))]],
  ["PUT", "/projects/:id/budgets", ({ project, body }) => [200, setup(Object.assign(project, { budgets: body.budgets }))]],
  ["GET", "/projects/:id/usage", () => [200, USAGE]],
  ["GET", "/jobs/:job/usage", () => [200, USAGE]],
  ["GET", "/projects/:id/shares", ({ project }) => [200, { items: project.shares ?? [] }]],
  ["POST", "/projects/:id/shares", share],
  ["DELETE", "/projects/:id/shares/*", ({ project, rest }) => [204, void (project.shares = project.shares.filter((one) => one.id !== rest))]],
];

const UNLIMITED = { job: { tokens: null, cost: null, soft: 0.8 }, project: { tokens: null, cost: null, soft: 0.8 } };

function setup(project) {
  return { models: project.models ?? [], budgets: project.budgets ?? UNLIMITED, own_budgets: Boolean(project.budgets), keeps_keys: true, problem: null };
}

const IMPACT = { text: "Changes `list_tasks`; used by 1 file. Tests: backend/tests/test_tasks.py.", symbols: [], importers: ["backend/app/main.py"], tests: ["backend/tests/test_tasks.py"] };

function remember({ project, rest, body }) {
  const before = (project.memory ?? []).find((one) => one.id === rest);
  const made = { kind: "wish", job_id: null, ...before, id: rest, text: body.text, at: new Date().toISOString() };
  project.memory = before ? project.memory.map((one) => (one === before ? made : one)) : [...(project.memory ?? []), made];
  return [200, { items: project.memory }];
}

function saveModel({ project, body }) {
  const before = (project.models ?? []).find((one) => one.settings.name === body.settings.name);
  const made = { settings: body.settings, origin: "project", has_key: Boolean(body.key) || Boolean(before?.has_key), readable: true };
  project.models = [...(project.models ?? []).filter((one) => one !== before), made];
  return [200, setup(project)];
}

const USAGE = { calls: 2, input: 5200, output: 840, cached: 4096, cache_written: 0, reasoning: 0, estimated: 0, open: 0, cost: "0.0182", open_cost: "0" };

/** Merge or discard a proposal, as long as it is the commit that was looked at. */
function decide(context) {
  const { platform, project, rest, body } = context;
  const [, branch, what] = /^(.+)\/(merge|discard)$/.exec(rest) ?? [];
  const found = project.proposals?.find((one) => one.branch === branch);
  if (!found) throw missing("proposal");
  if (found.commit.commit !== body.commit) throw new Refusal(409, "version_conflict", "It has moved.");
  project.proposals = project.proposals.filter((one) => one !== found);
  platform.tell(project, { type: "ref.changed.v1", ref: branch, old: body.commit, new: null });
  return what === "merge" ? [202, { job: start(context, "merge", "") }] : [204];
}

let asked = 0;

/** Each asking gives another way in, as where its owner alone may look at it. */
function showPreview({ project: { preview } }) {
  return [200, { ...preview, url: preview.url && `${preview.url}?token=${++asked}` }];
}

function share({ project, body }) {
  const id = oid(`share${project.shares?.length ?? 0}`).slice(0, 16);
  const made = { id, project_id: project.id, url: `http://share-${id}.localhost/.barnraise/enter?token=t`, note: "", created_at: new Date().toISOString(), expires_at: new Date(Date.now() + body.expires_in * 1000).toISOString() };
  project.shares = [...(project.shares ?? []), made];
  return [201, made];
}

function none(what) {
  throw missing(what);
}

function system({ sandbox, limits }) {
  const state = sandbox
    ? { available: true, driver: "bubblewrap", missing: [], reason: null, ...limits }
    : { available: false, driver: "none", enforced: [], missing: ["bubblewrap"], reason: "User namespaces are switched off here, so no sandbox is safe.", fix: "As root: sysctl -w kernel.unprivileged_userns_clone=1, then start Barnraise again." };
  return { version: "0.1.0", sandbox: state, services: {} };
}

function page(items, query) {
  const limit = Number(query.get("limit") ?? 50);
  const from = Number(query.get("cursor") ?? 0);
  const more = from + limit < items.length;
  return { items: items.slice(from, from + limit), next_cursor: more ? String(from + limit) : null, has_more: more };
}

function create({ platform, stories, body }) {
  const files = taken(body.files);
  if (!body.prompt?.trim() && !files.length) throw new Refusal(422, "prompt_empty", "The prompt is empty.", "Say in a sentence what shall be built.");
  const project = platform.addProject((body.prompt || files[0]).split(/[.:\n]/)[0].slice(0, 60));
  return [202, { project: platform.view(project), ...say(platform, stories, project, body.prompt, files) }];
}

/** The files' names; a picture of another kind is refused, as the platform does. */
function taken(files = []) {
  const picture = files.find((file) => file.type.startsWith("image/") && !["image/png", "image/jpeg", "image/webp"].includes(file.type));
  if (picture) throw new Refusal(415, "unsupported_media_type", `${picture.name}: It is a picture of a kind that is not taken.`, "Save it as PNG, JPEG or WebP, then send that.");
  return files.map((file) => file.name);
}

function say(platform, stories, project, text, attachments = []) {
  const job = platform.addJob(project, { undo: "undo", redo: "redo" }[text.trim()] ?? "message", text);
  const message = platform.addMessage(project, "user", text, job, attachments);
  const answer = structuredClone({ job, message });
  stories.queue(project, job);
  return answer;
}

function start({ platform, stories, project }, action, text) {
  const job = platform.addJob(project, action, text);
  const answer = structuredClone(job);
  stories.queue(project, job);
  return answer;
}

function revert(context, action) {
  const { project } = context;
  const possible = action === "undo" ? project.commits.length > 1 : project.undone.length > 0;
  if (!possible) throw new Refusal(409, `nothing_to_${action}`, `There is nothing to ${action}.`, "Say what shall change instead.");
  return { job: start(context, action, "") };
}

function rename({ platform, project, body }) {
  if (!body.name?.trim()) throw new Refusal(422, "name_invalid", "A name needs a letter.", "Choose another name.");
  project.name = body.name;
  platform.tell(project, { type: "project.renamed.v1", name: body.name });
  return [200, platform.view(project)];
}

function cancel({ stories, project, job }) {
  if (!["queued", "running"].includes(job.status)) throw new Refusal(409, "job_not_running", "The job has ended already.");
  stories.cancel(project, job);
  return [202, job];
}

function retry({ stories, project, job }) {
  if (!["failed", "cancelled"].includes(job.status)) throw new Refusal(409, "job_not_retryable", "Only a failed or cancelled job runs again.");
  job.text = (job.text ?? "").replace("fails", "");
  Object.assign(job, { status: "queued", problem: null });
  const answer = structuredClone(job);
  stories.queue(project, job);
  return [202, answer];
}

const head = (project) => project.commits[0] ?? none("commit");
const fileList = ({ commit, files }) => ({ commit, items: Object.entries(files).map(([path, content]) => ({ path, size: Buffer.byteLength(content), blob: oid(content) })) });

function fileOf({ commit, files }, path) {
  const content = files[path];
  if (content === undefined) throw missing("file");
  return { path, commit, blob: oid(content), size: Buffer.byteLength(content), encoding: "utf-8", content };
}

function write({ platform, stories, project, rest, body }) {
  const now = head(project);
  const base = project.commits.find((commit) => commit.commit === body.base) ?? none("commit");
  if (base.files[rest] !== now.files[rest]) throw new Refusal(409, "version_conflict", `${rest} changed since you opened it.`, "Read it again, then save.");
  const commit = platform.addCommit(project, "edit", `Edit ${rest}`, { ...now.files, [rest]: body.content });
  stories.queue(project, platform.addJob(project, "check", body.content.includes("const = ;") ? "fails" : ""));
  return [200, { commit, changed: true }];
}

/** The newest commit that changed the file brought all of its lines. */
function blame(project, path) {
  const { content } = fileOf(head(project), path);
  const at = project.commits.findIndex((each, index) => each.files[path] !== project.commits[index + 1]?.files[path]);
  const { files: _, parents: __, tags: ___, ...told } = project.commits[at];
  return { path, commit: project.commit, items: [{ line: 1, count: content.split("\n").length, ...told }] };
}

function tag({ platform, project, body }) {
  const commit = project.commits.find((each) => each.commit === body.commit) ?? none("commit");
  if (project.commits.some((each) => each.tags.includes(body.name))) throw new Refusal(409, "version_conflict", `There is a tag '${body.name}' already.`);
  commit.tags.push(body.name);
  platform.tell(project, { type: "ref.changed.v1", ref: `tags/${body.name}`, old: null, new: commit.commit });
  return [201, { name: body.name, commit }];
}

function diff(project, query) {
  const to = project.commits.find((commit) => commit.commit === query.get("to")) ?? head(project);
  const from = project.commits.find((commit) => commit.commit === (query.get("from") ?? to.parents[0])) ?? { commit: null, files: {} };
  const paths = [...new Set([...Object.keys(from.files), ...Object.keys(to.files)])].sort();
  return { from: from.commit, to: to.commit, files: paths.map((path) => patchOf(path, from.files[path], to.files[path])).filter(Boolean) };
}

function startPreview({ platform, project, body }) {
  const host = platform.showPreview(project);
  project.preview = { ...project.preview, commit: body?.commit ?? project.commit };
  platform.tell(project, { type: "preview.ready.v1", preview_id: "v", commit: project.preview.commit, host, enforced: project.preview.enforced });
  return [202, project.preview];
}

function stopPreview({ platform, project }) {
  project.preview = { ...project.preview, status: "stopped", url: null };
  platform.tell(project, { type: "preview.stopped.v1", preview_id: "v", reason: "asked" });
  return [202, project.preview];
}
