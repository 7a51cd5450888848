import { useCallback, useEffect, useRef, useState } from "react";

export type Change<Data> = (data: Data) => Data;

export interface Loaded<Data> {
  data?: Data;
  error?: Error;
  loading: boolean;
  reload: () => void;
  /** Shows the change at once while `work` does it; what it comes to is loaded afterwards. If it fails, the change is taken back. */
  attempt: <Part extends Data>(change: Change<Part>, work: Promise<unknown>) => void;
  /** Why the last attempt failed. */
  failure?: Error;
}

interface State<Data> {
  data?: Data;
  error?: Error;
  failure?: Error;
  loading: boolean;
}

/** Loads again whenever `key` changes; what was loaded stays on screen until then. */
export function useLoad<Data>(key: string, load: (signal: AbortSignal) => Promise<Data>): Loaded<Data> {
  const [state, setState] = useState<State<Data>>({ loading: true });
  const [round, setRound] = useState(0);
  const pending = useRef(0);
  const shown = useRef(key);
  useEffect(() => {
    const abort = new AbortController();
    const moved = shown.current !== key;
    shown.current = key;
    setState(({ failure, ...before }) => ({ ...before, loading: true, ...(failure && !moved && { failure }) }));
    load(abort.signal).then(
      (data) => setState(({ failure }) => ({ data, loading: false, ...(failure && { failure }) })),
      (error: Error) => abort.signal.aborted || setState((before) => ({ ...before, error, loading: false })),
    );
    return () => abort.abort();
    // `load` is a new function each time; `key` says when it means something else.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);

  function attempt<Part extends Data>(change: Change<Part>, work: Promise<unknown>) {
    pending.current += 1;
    setState(({ failure: _, ...before }) => (before.data === undefined ? before : { ...before, data: change(before.data as Part) }));
    work
      .catch((failure: Error) => setState((before) => ({ ...before, failure })))
      .finally(() => {
        pending.current -= 1;
        if (pending.current === 0) reload(); // the API knows what is true, also when only a part failed
      });
  }
  return { ...state, reload, attempt };
}
