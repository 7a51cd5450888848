import { type ClipboardEvent, type DragEvent, useRef, useState } from "react";

import { Icon } from "../ui/icon";
import { IconButton } from "../ui/button";
import { bytes } from "../text/format";

const MOST = 5;
const LARGEST = 10 * 1024 * 1024;
/** A help for choosing; what a file is, the platform decides by its content. */
const KINDS = ".png,.jpg,.jpeg,.webp,.pdf,.docx,.txt,.md,.markdown,.json,.csv,.tsv,.sql,.yaml,.yml";

/** Adds and removes files, within what one message may carry; `refused` says which were not taken. */
export function useFiles(files: readonly File[], onFiles: (files: File[]) => void) {
  const [refused, setRefused] = useState<string | null>(null);
  const add = (more: readonly File[]) => {
    const large = more.filter((file) => file.size > LARGEST);
    const fitting = more.filter((file) => file.size <= LARGEST && !files.some((held) => held.name === file.name && held.size === file.size));
    const all = [...files, ...fitting];
    const said = large.map((file) => `${file.name} is larger than 10 MB.`);
    if (all.length > MOST) said.push(`At most ${MOST} files go with a message.`);
    setRefused(said.length ? said.join(" ") : null);
    onFiles(all.slice(0, MOST));
  };
  const remove = (file: File) => {
    setRefused(null);
    onFiles(files.filter((held) => held !== file));
  };
  return { refused, add, remove };
}

/** Files that are dropped on an element. */
export function useDropped(add: (files: File[]) => void) {
  const [over, setOver] = useState(false);
  const brings = (event: DragEvent) => event.dataTransfer.types.includes("Files");
  return {
    over,
    onDragOver: (event: DragEvent) => {
      if (!brings(event)) return;
      event.preventDefault();
      setOver(true);
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false);
    },
    onDrop: (event: DragEvent) => {
      setOver(false);
      if (!brings(event)) return;
      event.preventDefault();
      add([...event.dataTransfer.files]);
    },
  };
}

/** Pictures that are pasted; words are pasted as ever. Every picture of a clipboard has the same name, so each gets one of its own. */
export function pasted(files: readonly File[], add: (files: File[]) => void) {
  return (event: ClipboardEvent) => {
    const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
    if (!pictures.length || event.clipboardData.types.includes("text/plain")) return;
    event.preventDefault();
    add(pictures.map((file, place) => new File([file], `picture-${files.length + place + 1}.${file.type.slice("image/".length)}`, { type: file.type })));
  };
}

export function AttachButton({ onFiles, busy }: { onFiles: (files: File[]) => void; busy: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept={KINDS}
        tabIndex={-1}
        aria-hidden="true"
        className="hidden"
        data-testid="attach-input"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <IconButton label="Attach documents or pictures" icon="clip" disabled={busy} data-testid="attach" onClick={() => input.current?.click()} />
    </>
  );
}

export function FileChips({ files, onRemove, refused }: { files: readonly File[]; onRemove: (file: File) => void; refused: string | null }) {
  return (
    <div className="px-3">
      {files.length > 0 && (
        <ul aria-label="Attached files" className="flex flex-wrap gap-1.5 pb-2">
          {files.map((file) => (
            <li key={`${file.name} ${file.size}`} data-testid="file-chip" className="inline-flex max-w-full items-center gap-1.5 rounded-lg border border-line bg-sunk py-0.5 pr-0.5 pl-2 text-sm">
              <Icon name="file" className="size-3.5 text-soft" />
              <span className="truncate">{file.name}</span>
              <span className="shrink-0 text-xs text-faint">{bytes(file.size)}</span>
              <IconButton label={`Remove ${file.name}`} icon="close" className="size-6" onClick={() => onRemove(file)} />
            </li>
          ))}
        </ul>
      )}
      {refused && (
        <p role="alert" className="pb-2 text-sm text-bad">
          {refused}
        </p>
      )}
    </div>
  );
}

/** The names of what came with a message that was sent. */
export function Attached({ names }: { names: readonly string[] | undefined }) {
  if (!names?.length) return null;
  return (
    <ul aria-label="Files that came with it" className="mt-1.5 flex flex-wrap gap-1.5 first:mt-0">
      {names.map((name, place) => (
        <li key={`${place} ${name}`} data-testid="attached" className="inline-flex max-w-full items-center gap-1.5 rounded-md bg-board px-2 py-0.5 text-sm">
          <Icon name="file" className="size-3.5 text-soft" />
          <span className="truncate">{name}</span>
        </li>
      ))}
    </ul>
  );
}
