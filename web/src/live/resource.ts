import { useCallback, useEffect, useRef, useState } from "react";

import { ApiError } from "../api/client";
import { useReach } from "../state/connection";

export interface Fetched<T> {
  data: T | null;
  error: ApiError | null;
  loading: boolean;
  reload: () => void;
}

/**
 * What `load` resolves to, fetched again when `key` or `revision` changes. A new key forgets the old answer; a new revision
 * keeps it on the page until the next one is there. After an outage the platform is asked again by itself.
 */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>, revision: number | string = 0): Fetched<T> {
  const [held, setHeld] = useState<{ key: string; data: T | null; error: ApiError | null }>({ key, data: null, error: null });
  const [loading, setLoading] = useState(true);
  const [tries, setTries] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => setTries((before) => before + 1), []);
  const reach = useReach();

  useEffect(() => {
    const asking = new AbortController();
    setLoading(true);
    latest
      .current(asking.signal)
      .then(
        (data) => setHeld({ key, data, error: null }),
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          setHeld((before) => ({ key, data: before.key === key ? before.data : null, error }));
        },
      )
      .catch((error: unknown) => {
        if (!asking.signal.aborted) throw error;
      })
      .finally(() => {
        if (!asking.signal.aborted) setLoading(false);
      });
    return () => asking.abort();
  }, [key, revision, tries]);

  const cut = held.error?.unreachable ?? false;
  useEffect(() => {
    if (reach === "ok" && cut) reload();
  }, [reach, cut, reload]);

  const mine = held.key === key;
  return { data: mine ? held.data : null, error: mine ? held.error : null, loading: loading || !mine, reload };
}
