import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";

import type { FileEntry } from "../api/types";
import { fileTree, foldersAbove, type Node } from "../text/tree";
import { Icon } from "../ui/icon";

interface Props {
  files: FileEntry[];
  chosen: string | null;
  edited: Set<string>;
  /** Whether somebody chose the file: then it is brought into sight. */
  asked: boolean;
  onChoose: (path: string) => void;
}

/** The files as a tree of plain buttons; the arrow keys move between what is open. */
export function FileTree({ files, chosen, edited, asked, onChoose }: Props) {
  const tree = useMemo(() => fileTree(files), [files]);
  // What tools keep for themselves (`.github`) is folded until somebody asks.
  const [closed, setClosed] = useState<Set<string>>(() => new Set(tree.filter((node) => node.kind === "folder" && node.name.startsWith(".")).map((node) => node.path)));
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const above = chosen ? foldersAbove(chosen) : [];
    setClosed((before) => (above.some((path) => before.has(path)) ? new Set([...before].filter((path) => !above.includes(path))) : before));
  }, [chosen]);
  useEffect(() => {
    if (asked) box.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [asked, chosen]);
  const toggle = (path: string) =>
    setClosed((before) => {
      const after = new Set(before);
      if (!after.delete(path)) after.add(path);
      return after;
    });
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
    const next = buttons[buttons.indexOf(document.activeElement as HTMLButtonElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  return (
    <nav ref={box} aria-label="Files" data-testid="file-tree" onKeyDown={move} className="py-1.5">
      <Level nodes={tree} depth={0} closed={closed} toggle={toggle} chosen={chosen} edited={edited} onChoose={onChoose} />
    </nav>
  );
}

interface LevelProps extends Omit<Props, "files" | "asked"> {
  nodes: Node[];
  depth: number;
  closed: Set<string>;
  toggle: (path: string) => void;
}

function Level({ nodes, depth, closed, toggle, ...rest }: LevelProps) {
  const row = "flex min-h-7 w-full items-center gap-1.5 pr-2 text-left text-[13px] -outline-offset-2 hover:bg-hover";
  const indent = { paddingLeft: `${0.7 + depth * 0.9}rem` };
  return (
    <ul>
      {nodes.map((node) =>
        node.kind === "folder" ? (
          <li key={node.path}>
            <button type="button" aria-expanded={!closed.has(node.path)} onClick={() => toggle(node.path)} className={`${row} text-soft`} style={indent}>
              <Icon name="chevron" className={`size-3 text-faint ${closed.has(node.path) ? "" : "rotate-90"}`} />
              <span className="truncate">{node.name}</span>
            </button>
            {!closed.has(node.path) && <Level nodes={node.children} depth={depth + 1} closed={closed} toggle={toggle} {...rest} />}
          </li>
        ) : (
          <li key={node.path}>
            <button type="button" aria-current={rest.chosen === node.path || undefined} title={node.path} onClick={() => rest.onChoose(node.path)} className={`${row} aria-[current]:bg-barn-wash aria-[current]:font-medium`} style={indent}>
              <Icon name="file" className="size-3.5 text-faint" />
              <span className="truncate">{node.name}</span>
              {rest.edited.has(node.path) && (
                <span className="ml-auto size-2 shrink-0 rounded-full bg-ask" title="Not saved">
                  <span className="sr-only">not saved</span>
                </span>
              )}
            </button>
          </li>
        ),
      )}
    </ul>
  );
}
