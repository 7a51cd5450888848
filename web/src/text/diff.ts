export interface DiffLine {
  kind: "context" | "added" | "removed" | "hunk" | "note";
  text: string;
  old: number | null;
  new: number | null;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The lines of a unified diff of one file, numbered on both sides. What stands before the first hunk is left out. */
export function parsePatch(patch: string): DiffLine[] {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  let inside = false;
  for (const raw of patch.replace(/\n$/, "").split("\n")) {
    const hunk = HUNK.exec(raw);
    if (hunk) {
      inside = true;
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      lines.push({ kind: "hunk", text: raw, old: null, new: null });
    } else if (!inside) {
      continue;
    } else if (raw.startsWith("+")) {
      lines.push({ kind: "added", text: raw.slice(1), old: null, new: after++ });
    } else if (raw.startsWith("-")) {
      lines.push({ kind: "removed", text: raw.slice(1), old: before++, new: null });
    } else if (raw.startsWith("\\")) {
      lines.push({ kind: "note", text: raw.slice(2), old: null, new: null });
    } else {
      lines.push({ kind: "context", text: raw.slice(1), old: before++, new: after++ });
    }
  }
  return lines;
}
