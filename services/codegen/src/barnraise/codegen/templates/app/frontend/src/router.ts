// Addresses behind the hash, so that the page can be served from anywhere: `#/tasks/3/edit?from=list`.

import { useSyncExternalStore } from "react";

export interface Route {
  parts: string[];
  query: URLSearchParams;
}

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?", 2);
  return { parts: path.split("/").filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The address of a page: `href(["tasks", 3], {q: "x"})`. Empty values are left out. */
export function href(parts: readonly (string | number)[], query: Record<string, string | number | undefined> = {}): string {
  const chosen = Object.entries(query).flatMap(([key, value]) => (value === undefined || value === "" ? [] : [[key, String(value)]]));
  const search = chosen.length ? `?${new URLSearchParams(chosen)}` : "";
  return `#/${parts.map(encodeURIComponent).join("/")}${search}`;
}

export function go(address: string, replace = false): void {
  if (replace) location.replace(address);
  else location.hash = address;
}

export function useRoute(): Route {
  return parse(useSyncExternalStore(subscribe, () => location.hash));
}

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}
