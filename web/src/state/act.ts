import { useState } from "react";

import { ApiError } from "../api/client";

/** Something asked of the platform by a button: which one is busy, and why it was refused. */
export function useAct() {
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const run = async (what: string, ask: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    try {
      await ask();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      setBusy(null);
    }
  };
  return { busy, error, act: (what: string, ask: () => Promise<void>) => void run(what, ask) };
}
