import type { FileEntry } from "../api/types";

export type Node = { kind: "folder"; name: string; path: string; children: Node[] } | { kind: "file"; name: string; path: string; size: number };

/** Paths as a tree: folders first, each level by name; a folder that holds one folder alone is joined with it (`src/app`). */
export function fileTree(files: FileEntry[]): Node[] {
  const root: Node[] = [];
  for (const file of files) insert(root, file, file.path.split("/"), "");
  return tidy(root);
}

/** The folders that a file stands in: of `a/b/c.py`, `a` and `a/b`. */
export function foldersAbove(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function insert(level: Node[], file: FileEntry, [name = "", ...rest]: string[], parent: string): void {
  const path = parent ? `${parent}/${name}` : name;
  if (!rest.length) {
    level.push({ kind: "file", name, path, size: file.size });
    return;
  }
  let folder = level.find((node): node is Extract<Node, { kind: "folder" }> => node.kind === "folder" && node.name === name);
  if (!folder) {
    folder = { kind: "folder", name, path, children: [] };
    level.push(folder);
  }
  insert(folder.children, file, rest, path);
}

function tidy(level: Node[]): Node[] {
  return level
    .map(join)
    .sort((a, b) => (a.kind === b.kind ? a.name.localeCompare(b.name, "en") : a.kind === "folder" ? -1 : 1));
}

function join(node: Node): Node {
  if (node.kind === "file") return node;
  const [only, ...others] = node.children;
  if (only?.kind === "folder" && !others.length) return join({ ...only, name: `${node.name}/${only.name}` });
  return { ...node, children: tidy(node.children) };
}
