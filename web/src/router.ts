import { useCallback, useSyncExternalStore } from "react";

const CHANGED = "barnraise:moved";

function subscribe(listener: () => void): () => void {
  window.addEventListener("popstate", listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    window.removeEventListener("popstate", listener);
    window.removeEventListener(CHANGED, listener);
  };
}

/** Goes to a path of this page without loading it anew. */
export function go(to: string, { replace = false } = {}): void {
  if (to === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  window.dispatchEvent(new window.Event(CHANGED));
}

export const usePath = (): string => useSyncExternalStore(subscribe, () => location.pathname);

/** The query, and a way to change some of it (null takes a parameter away). */
export function useQuery(): [URLSearchParams, (changes: Record<string, string | null>, how?: { replace?: boolean }) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const change = useCallback((changes: Record<string, string | null>, how?: { replace?: boolean }) => {
    const query = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null) query.delete(name);
      else query.set(name, value);
    }
    const rest = query.toString();
    go(location.pathname + (rest ? `?${rest}` : ""), how);
  }, []);
  return [new URLSearchParams(search), change];
}
