import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from "react";

import { Button } from "../ui/button";
import { AttachButton, FileChips, pasted, useDropped, useFiles } from "./attachments";

interface Props {
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  files: readonly File[];
  onFiles: (files: File[]) => void;
  onSubmit: () => void;
  busy: boolean;
  send: string;
  testids: { input: string; submit: string };
  rows: number;
  autoFocus?: boolean;
  note?: ReactNode;
  className?: string;
}

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A text to send: grows with what is written, Ctrl or Cmd with Enter sends. */
export function PromptBox({ label, placeholder, text, onText, files, onFiles, onSubmit, busy, send, testids, rows, autoFocus = false, note, className = "" }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const hint = useId();
  const empty = !text.trim() && !files.length;
  const { refused, add, remove } = useFiles(files, onFiles);
  const { over, ...dropping } = useDropped(add);

  useEffect(() => {
    if (!area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${area.current.scrollHeight}px`;
  }, [text]);

  useEffect(() => {
    if (autoFocus) area.current?.focus({ preventScroll: true });
  }, [autoFocus]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (empty) area.current?.focus();
    else if (!busy) onSubmit();
  };
  const keys = (event: KeyboardEvent) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit(event);
  };

  return (
    <form onSubmit={submit} {...dropping} className={`rounded-2xl border border-edge bg-board ${over ? "border-barn ring-2 ring-barn" : ""} focus-within:border-barn focus-within:ring-1 focus-within:ring-barn ${className}`}>
      <textarea
        ref={area}
        rows={rows}
        value={text}
        aria-label={label}
        aria-describedby={hint}
        placeholder={placeholder}
        data-testid={testids.input}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={keys}
        onPaste={pasted(files, add)}
        className="block max-h-[45vh] w-full resize-none bg-transparent px-4 pt-3.5 pb-1 outline-none"
      />
      <FileChips files={files} onRemove={(file) => { remove(file); area.current?.focus(); }} refused={refused} />
      <div className="flex items-center justify-between gap-3 px-2.5 pb-2.5">
        <AttachButton onFiles={add} busy={busy} />
        <p id={hint} className="min-w-0 flex-1 text-xs text-faint">
          {note ?? (
            <span className="pointer-coarse:hidden">
              <kbd className="font-sans font-medium">{apple ? "⌘" : "Ctrl"} + Enter</kbd> sends
            </span>
          )}
        </p>
        <Button type="submit" look="primary" icon="send" busy={busy} disabled={busy} data-testid={testids.submit}>
          {send}
        </Button>
      </div>
    </form>
  );
}
