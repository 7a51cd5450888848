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

interface Draft {
  text: string;
  write: (text: string) => void;
  /** Ends a text that was sent; what was written since it was sent stays. */
  sent: (text: string) => void;
}

/** Text that outlives a reload, an outage and a sign-out: saved with every key, gone only when it is sent or emptied. */
export function useDraft(name: string): Draft {
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
  const sent = useCallback(
    (text: string) => {
      if (read(name) === text) write(name, "");
      setHeld((now) => (now.name === name && now.text === text ? { name, text: "" } : now));
    },
    [name],
  );
  return { text: current.text, write: set, sent };
}
