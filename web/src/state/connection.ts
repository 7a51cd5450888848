import { useSyncExternalStore } from "react";

/** Whether the platform answers, and whether it knows us. */
export type Reach = "ok" | "unreachable" | "refused";

let reach: Reach = "ok";
const listeners = new Set<() => void>();

function become(next: Reach): void {
  // Once refused, only a new link (and so a new page) helps.
  if (reach === next || reach === "refused") return;
  reach = next;
  for (const listener of listeners) listener();
}

export const connection = {
  reached: () => become("ok"),
  lost: () => become("unreachable"),
  refused: () => become("refused"),
  get: () => reach,
  subscribe: (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
};

export const useReach = (): Reach => useSyncExternalStore(connection.subscribe, connection.get);
