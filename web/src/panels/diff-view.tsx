import { useMemo, useState } from "react";

import type { FileDiff } from "../api/types";
import { type DiffLine, parsePatch } from "../text/diff";
import { plural } from "../text/format";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";

const FOLDED = 400;
/** What is written by tools for tools is there, but folded and last. */
const NOT_FOR_PEOPLE = /^\.barnraise\/|(^|\/)package-lock\.json$|\.lock$/;
const CHANGE: Record<FileDiff["change"], [string, string]> = { added: ["A", "text-good"], modified: ["M", "text-ask"], deleted: ["D", "text-bad"] };
const ROWS: Record<DiffLine["kind"], [string, string]> = {
  added: ["+", "bg-good-wash"],
  removed: ["−", "bg-bad-wash"],
  context: [" ", ""],
  hunk: [" ", "bg-sunk text-faint"],
  note: [" ", "text-faint"],
};

/** What changed, file by file. The first files stand open, as long as that is not too much to read at once. */
export function DiffView({ files }: { files: FileDiff[] }) {
  let lines = 0;
  const ordered = [...files.filter((file) => !NOT_FOR_PEOPLE.test(file.path)), ...files.filter((file) => NOT_FOR_PEOPLE.test(file.path))];
  return (
    <div data-testid="diff-view" className="space-y-3">
      {ordered.map((file) => {
        const open = lines < FOLDED && !NOT_FOR_PEOPLE.test(file.path);
        if (open) lines += file.added + file.removed;
        return <FilePart key={file.path} file={file} initially={open} />;
      })}
      {!files.length && <p className="py-8 text-center text-sm text-soft">Nothing changed in this step.</p>}
    </div>
  );
}

function FilePart({ file, initially }: { file: FileDiff; initially: boolean }) {
  const [open, setOpen] = useState(initially);
  const [letter, tone] = CHANGE[file.change];
  return (
    <section aria-label={file.path} className="overflow-hidden rounded-xl border border-line bg-board">
      <h4>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-9 w-full items-center gap-2 px-3 py-1 text-left text-sm -outline-offset-2 hover:bg-hover">
          <Icon name="chevron" className={`size-3 text-faint ${open ? "rotate-90" : ""}`} />
          <span className={`code font-semibold ${tone}`} title={file.change}>
            {letter}
            <span className="sr-only">{file.change}</span>
          </span>
          <span className="code min-w-0 flex-1 break-all">{file.path}</span>
          <span className="code text-good">+{file.added}</span>
          <span className="code text-bad">−{file.removed}</span>
        </button>
      </h4>
      {open && <Patch file={file} />}
    </section>
  );
}

function Patch({ file }: { file: FileDiff }) {
  const lines = useMemo(() => parsePatch(file.patch ?? ""), [file.patch]);
  const [all, setAll] = useState(false);
  if (file.binary) return <p className="border-t border-line px-3 py-2 text-sm text-soft">A binary file.</p>;
  if (!lines.length) return <p className="border-t border-line px-3 py-2 text-sm text-soft">No line changed.</p>;
  const shown = all ? lines : lines.slice(0, FOLDED);
  return (
    <div className="overflow-x-auto border-t border-line" tabIndex={0} role="region" aria-label={`Changes in ${file.path}`}>
      <table className="code w-full min-w-max border-collapse">
        <tbody>
          {shown.map((line, index) => {
            const [sign, row] = ROWS[line.kind];
            return (
              <tr key={`${index}`} className={row} data-kind={line.kind}>
                <td className="w-px px-2 text-right text-faint tabular-nums select-none">{line.old}</td>
                <td className="w-px px-2 text-right text-faint tabular-nums select-none">{line.new}</td>
                <td className={`w-px pl-1 select-none ${line.kind === "added" ? "text-good" : line.kind === "removed" ? "text-bad" : ""}`}>{sign}</td>
                <td className="pr-3 pl-1.5 whitespace-pre">{line.text}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shown.length < lines.length && (
        <div className="p-2">
          <Button size="sm" onClick={() => setAll(true)}>
            Show {plural(lines.length - shown.length, "more line")}
          </Button>
        </div>
      )}
    </div>
  );
}
