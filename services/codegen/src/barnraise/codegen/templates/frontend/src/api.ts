// The typed client: `list(tasks, {q: "report"})` is a promise of a page of tasks.

import type { Entity, Stored } from "./entities/kit";

export interface Page<Row> {
  items: Row[];
  total: number;
  limit: number;
  offset: number;
}

export interface Upload {
  id: string;
  name: string;
  size: number;
}

export type Query = Record<string, string | number | boolean | undefined>;

/** A failure that the API explained: `fields` holds a sentence for each wrong value. */
export class Problem extends Error {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, detail: string, errors: readonly { pointer: string; detail: string }[] = []) {
    super(detail);
    this.status = status;
    this.fields = new Map(errors.map((error) => [error.pointer.split("/")[1] ?? "", error.detail]));
  }
}

export function list<Row extends Stored, Input>(entity: Entity<Row, Input>, query: Query = {}, signal?: AbortSignal): Promise<Page<Row>> {
  return call("GET", `/${entity.path}${search(query)}`, undefined, signal);
}

export function get<Row extends Stored, Input>(entity: Entity<Row, Input>, id: number | string, signal?: AbortSignal): Promise<Row> {
  return call("GET", `/${entity.path}/${encodeURIComponent(id)}`, undefined, signal);
}

export function create<Row extends Stored, Input>(entity: Entity<Row, Input>, values: Input): Promise<Row> {
  return call("POST", `/${entity.path}`, values);
}

export function update<Row extends Stored, Input>(entity: Entity<Row, Input>, id: number, changes: Partial<Input>): Promise<Row> {
  return call("PATCH", `/${entity.path}/${id}`, changes);
}

export function remove(entity: Entity, id: number): Promise<void> {
  return call("DELETE", `/${entity.path}/${id}`);
}

export function stats(signal?: AbortSignal): Promise<{ counts: Record<string, number> }> {
  return call("GET", "/stats", undefined, signal);
}

export function upload(file: File): Promise<Upload> {
  const form = new FormData();
  form.append("file", file);
  return call("POST", "/_uploads", form);
}

export function downloadUrl(id: string): string {
  return `/api/_uploads/${id.split("/").map(encodeURIComponent).join("/")}`;
}

function search(query: Query): string {
  const chosen = Object.entries(query).flatMap(([key, value]) => (value === undefined || value === "" ? [] : [[key, String(value)]]));
  return chosen.length ? `?${new URLSearchParams(chosen)}` : "";
}

async function call<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> {
  const form = body instanceof FormData;
  const response = await fetch(`/api${path}`, {
    method,
    signal: signal ?? null,
    headers: body === undefined || form ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? null : form ? body : JSON.stringify(body),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Problem(0, "The server cannot be reached. Check your connection and try again.");
  });
  if (response.status === 204) return undefined as Answer;
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Problem(response.status, answer.detail ?? `The server answered ${response.status}.`, answer.errors);
  return answer;
}
