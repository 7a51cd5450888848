import { useCallback, useState } from "react";

/** An edit that is not saved yet: the text, and the commit that its writer saw. */
export interface Edit {
  base: string;
  content: string;
}

export type Edits = Record<string, Edit>;

const keyOf = (project: string) => `barnraise:edits:${project}`;

function read(project: string): Edits {
  try {
    return JSON.parse(localStorage.getItem(keyOf(project)) ?? "{}") as Edits;
  } catch {
    return {};
  }
}

/** The edits of a project by path. They outlive a reload; setting one to null forgets it. */
export function useEdits(project: string): [Edits, (path: string, edit: Edit | null) => void] {
  const [edits, setEdits] = useState(() => read(project));
  const set = useCallback(
    (path: string, edit: Edit | null) =>
      setEdits((before) => {
        const { [path]: _, ...others } = before;
        const after = edit ? { ...others, [path]: edit } : others;
        try {
          localStorage.setItem(keyOf(project), JSON.stringify(after));
        } catch {
          // Storage is full or blocked: the edits then live as long as the page.
        }
        return after;
      }),
    [project],
  );
  return [edits, set];
}
