import { useCallback, useState } from "react";

const PREFIX = "barnraise:draft:";

function read(name: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? "";
  } catch {
    return "";
  }
}

function write(name: string, text: string): void {
  try {
    if (text) localStorage.setItem(PREFIX + name, text);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // Storage is full or blocked: the draft then lives as long as the page.
  }
}

/** Text that outlives a reload, an outage and a sign-out: saved with every key, gone only when it is set to "". */
export function useDraft(name: string): [string, (text: string) => void] {
  const [held, setHeld] = useState({ name, text: read(name) });
  const current = held.name === name ? held : { name, text: read(name) };
  if (current !== held) setHeld(current);
  const set = useCallback(
    (text: string) => {
      write(name, text);
      setHeld({ name, text });
    },
    [name],
  );
  return [current.text, set];
}
