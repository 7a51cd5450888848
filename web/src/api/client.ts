import { connection } from "../state/connection";
import type { Problem } from "./types";

/** A request that did not succeed. `status` is 0 when nothing answered at all. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail);
    this.status = status;
    this.problem = problem;
  }

  get unreachable(): boolean {
    return this.status === 0;
  }
}

interface Options {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** A file and a form go as they are, anything else as JSON. */
  body?: unknown;
  /** The same key for the same wish: a repeated POST is then done once. */
  key?: string;
  signal?: AbortSignal;
}

/** Calls the API under `/api/v2`. Resolves to the JSON answer (undefined for 204), rejects with ApiError or an AbortError. */
export async function call<T>(path: string, { method = "GET", body, key, signal }: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const asItIs = body instanceof Blob || body instanceof FormData;
  if (body instanceof Blob) headers["Content-Type"] = "application/octet-stream";
  else if (body !== undefined && !asItIs) headers["Content-Type"] = "application/json";
  if (method === "POST") headers["Idempotency-Key"] = key ?? newKey();
  // What follows from a click is one trace, of which this is the beginning: version, trace, span, and that it may be kept.
  const clicked = performance.now();
  if (method !== "GET") headers["traceparent"] = `00-${newKey()}-${newKey().slice(16)}-01`;
  const request: RequestInit = { method, headers, credentials: "same-origin", cache: "no-store" };
  if (body !== undefined) request.body = asItIs ? body : JSON.stringify(body);
  if (signal) request.signal = signal;
  const response = await reach(() => fetch(`/api/v2${path}`, request));
  if (headers["traceparent"]) tellClick(headers["traceparent"], `click ${method}`, performance.now() - clicked);
  if (!response.ok) throw await refusal(response);
  const answer = response.status === 204 ? undefined : await reach(() => response.json());
  connection.reached();
  return answer as T;
}

/** The span that the command's trace begins with. It is no part of the work: whether it arrives is not looked at. */
function tellClick(traceparent: string, name: string, milliseconds: number): void {
  const span = { traceparent, name, seconds: Math.min(milliseconds / 1000, 600) };
  try {
    navigator.sendBeacon?.("/api/v2/clicks", new Blob([JSON.stringify(span)], { type: "application/json" }));
  } catch {
    // The browser takes no more of them.
  }
}

export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The rest of a conversation over the network, whose breaking off means that nobody answered. */
async function reach<T>(talk: () => Promise<T>): Promise<T> {
  try {
    return await talk();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    connection.lost();
    throw new ApiError(0, {
      code: "unreachable",
      detail: "Barnraise is not answering.",
      next: "Nothing is lost: what you typed is kept here. Check that Barnraise runs, then try again.",
    });
  }
}

async function refusal(response: Response): Promise<ApiError> {
  connection.reached();
  if (response.status === 401) connection.refused();
  const said: Partial<Problem> = await response.json().catch(() => ({}));
  return new ApiError(response.status, {
    code: said.code ?? `http_${response.status}`,
    detail: said.detail ?? `The server answered ${response.status} ${response.statusText}`.trim() + ".",
    next: said.next ?? "Try again; if it stays, look at the log of the gateway.",
    status: response.status,
    trace_id: said.trace_id ?? response.headers.get("x-trace-id"),
  });
}
