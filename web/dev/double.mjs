// A stand-in for the platform: it serves the built page, answers the API from memory and plays jobs from a script.
// For `npm run dev` and for the tests that drive the page in a browser. Usage: node dev/double.mjs [--port N]; prints its address.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { control } from "./double/control.mjs";
import { Platform } from "./double/platform.mjs";
import { Refusal, ROUTES } from "./double/routes.mjs";
import { PAGE } from "./double/sample.mjs";
import { accept, refuse } from "./double/socket.mjs";
import { Stories } from "./double/story.mjs";

const DIST = join(fileURLToPath(new URL(".", import.meta.url)), "../dist");
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2" };
// As strict as the page can bear: whatever it would do against it shows here first.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; frame-src http://*.localhost:*; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const GUARDS = { "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff" };

const platform = new Platform();
const stories = new Stories(platform);
const faults = { rules: [], refuseSockets: 0, signedOut: false, seen: [] };

const server = createServer((request, response) => {
  handle(request, response).catch((error) => {
    const refusal = error instanceof Refusal ? error : new Refusal(500, "internal", "Something broke on our side.", "Try again; if it stays, send the trace id.");
    if (refusal !== error) process.stderr.write(`${error.stack}\n`);
    json(response, refusal.status, refusal.body, "application/problem+json");
  });
});

server.on("upgrade", (request, socket) => {
  const url = new URL(request.url, "http://double");
  if (faults.signedOut) return refuse(socket, "401 Unauthorized");
  if (faults.down || faults.refuseSockets > 0) {
    faults.refuseSockets -= 1;
    return socket.destroy();
  }
  const id = url.searchParams.get("project");
  if (id && !platform.projects.has(id)) return refuse(socket, "404 Not Found");
  const after = url.searchParams.get("after");
  faults.seen.push(`WS ${url.search}`);
  let listener;
  const listening = accept(request, socket, () => platform.listeners.delete(listener));
  listener = platform.listen(listening, id, after === null ? null : Number(after));
});

async function handle(request, response) {
  const url = new URL(request.url, "http://double");
  if (/^v[0-9a-f]{31}\.localhost/.test(request.headers.host ?? "")) return send(response, 200, PAGE("Task board"), "text/html; charset=utf-8", {});
  if (url.pathname.startsWith("/double/")) return json(response, 200, control(platform, stories, faults, url.pathname.slice(8), await bodyOf(request)) ?? {});
  if (faults.down) return request.socket.destroy();
  if (url.pathname.startsWith("/api/v2/")) return api(request, response, url);
  return page(response, url.pathname);
}

async function api(request, response, url) {
  const path = url.pathname.slice(7);
  faults.seen.push(`${request.method} ${path}${request.headers["idempotency-key"] ? ` ${request.headers["idempotency-key"]}` : ""}`);
  if (faults.signedOut) throw new Refusal(401, "unauthorized", "You are not signed in.", "Open the link that `make up` printed.");
  const fault = faults.rules.find((rule) => rule.method === request.method && path.endsWith(rule.path) && rule.times > 0);
  if (fault) {
    fault.times -= 1;
    // Not a bare cut: on that a browser would quietly ask again by itself.
    if (fault.status === 0) return response.writeHead(202, { "Content-Length": 999 }).write("{", () => request.socket.destroy());
    throw new Refusal(fault.status, fault.code, fault.detail, fault.next);
  }
  for (const [method, pattern, answer] of ROUTES) {
    const found = method === request.method && match(pattern, path);
    if (!found) continue;
    const job = found.job && (platform.jobs.get(found.job) ?? gone("job"));
    const project = (found.id || job) && (platform.projects.get(found.id ?? job.project_id) ?? gone("project"));
    const [status, body] = answer({ platform, stories, project, job, rest: found.rest, query: url.searchParams, body: await bodyOf(request) });
    return json(response, status, body);
  }
  throw new Refusal(404, "not_found", "There is no such address.");
}

function gone(what) {
  throw new Refusal(404, "not_found", `There is no such ${what}.`, "Go back to the list.");
}

function match(pattern, path) {
  const names = [];
  const source = pattern.replace(/:(\w+)/g, (_, name) => (names.push(name), "([^/]+)")).replace("/*", () => (names.push("rest"), "/(.+)"));
  const found = new RegExp(`^${source}$`).exec(path);
  return found && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1])]));
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const kind = request.headers["content-type"] ?? "";
  if (kind.startsWith("multipart/form-data")) {
    const form = await new Response(Buffer.concat(parts), { headers: { "content-type": kind } }).formData();
    const said = Object.fromEntries([...form].filter(([name]) => name !== "files"));
    return { prompt: "", text: "", ...said, files: form.getAll("files") };
  }
  return parts.length ? JSON.parse(Buffer.concat(parts).toString()) : {};
}

async function page(response, path) {
  const file = normalize(path).startsWith("/assets/") || extname(path) ? normalize(path) : "/index.html";
  try {
    send(response, 200, await readFile(join(DIST, file)), TYPES[extname(file)] ?? "application/octet-stream");
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    send(response, 404, "not found\n", "text/plain");
  }
}

function json(response, status, body, type = "application/json") {
  send(response, status, status === 204 ? "" : JSON.stringify(body), type);
}

function send(response, status, body, type, guards = GUARDS) {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store", ...guards });
  response.end(body);
}

const wanted = process.argv.indexOf("--port");
server.listen(wanted < 0 ? 0 : Number(process.argv[wanted + 1]), "127.0.0.1", () => {
  platform.port = server.address().port;
  platform.seed();
  process.stdout.write(`http://127.0.0.1:${platform.port}\n`);
});
// A test that dies takes its double with it: standard input ends.
if (process.argv.includes("--with-parent")) process.stdin.resume().on("end", () => process.exit(0));
