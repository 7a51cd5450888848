import { useEffect, useState } from "react";

/** Now, in ms, told anew every `every` ms while `running`. */
export function useNow(running: boolean, every: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [running, every]);
  return now;
}

export const calm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
