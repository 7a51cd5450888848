import { useRef, useState } from "react";

import type { Wish } from "../api/calls";
import { ApiError, newKey } from "../api/client";

const same = (one: Wish, other: Wish) =>
  one.text === other.text && one.files.length === other.files.length && one.files.every((file, place) => file === other.files[place]);

/**
 * One wish at a time, sent with an idempotency key. The key stays the same while nobody answered, so that a wish that did
 * arrive before the connection broke is not done twice; an answer of any kind ends it.
 */
export function useSend<A>(send: (wish: Wish, key: string) => Promise<A>) {
  const pending = useRef<{ wish: Wish; key: string } | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);

  const submit = async (wish: Wish): Promise<A | null> => {
    if (busy) return null;
    setBusy(true);
    setError(null);
    if (!pending.current || !same(pending.current.wish, wish)) pending.current = { wish, key: newKey() };
    try {
      const answer = await send(wish, pending.current.key);
      pending.current = null;
      return answer;
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (!failure.unreachable) pending.current = null;
      setError(failure);
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, submit, forget: () => setError(null) };
}
