// Records as CSV files: out of a list, and into it.

import { type ReactNode, useRef, useState } from "react";

import { Problem, type Query, exportCsv, importCsv } from "../api";
import type { Entity } from "../entities/kit";
import { Icon } from "./Icon";

interface Outcome {
  busy?: boolean;
  said?: string;
  problem?: Problem;
}

/** Buttons for what `query` shows, and beside them what came of the last one; `imported` is called when there are new records. */
export function useExchange(entity: Entity, query: Query, imported: () => void): { buttons: ReactNode; result: ReactNode } {
  const [{ busy = false, said, problem }, setOutcome] = useState<Outcome>({});
  const picker = useRef<HTMLInputElement>(null);

  function run(work: () => Promise<string>) {
    setOutcome({ busy: true });
    work().then(
      (said) => setOutcome({ said }),
      (problem: Problem) => setOutcome({ problem }),
    );
  }

  async function send() {
    save(await exportCsv(entity, query), `${entity.name}.csv`);
    return "The file is in your downloads.";
  }

  async function receive(file: File) {
    const { created } = await importCsv(entity, file);
    imported();
    return created === 1 ? "1 record was imported." : `${created} records were imported.`;
  }

  function pick(input: HTMLInputElement) {
    const file = input.files?.[0];
    if (file) run(() => receive(file));
    input.value = ""; // so that the same file can be chosen again once it is corrected
  }

  const buttons = (
    <>
      <button type="button" className="button" disabled={busy} onClick={() => run(send)}>
        <Icon name="download" /> Export CSV
      </button>
      <button type="button" className="button" disabled={busy} onClick={() => picker.current?.click()}>
        <Icon name="upload" /> Import CSV
      </button>
      <input ref={picker} type="file" accept=".csv,text/csv" hidden aria-label="CSV file" onChange={(event) => pick(event.target)} />
    </>
  );
  const result = (
    <>
      <p role="status" className={said ? "card px-5 py-3 text-sm" : "sr-only"}>
        {busy ? "Working…" : said}
      </p>
      {problem && <Refused problem={problem} close={() => setOutcome({})} />}
    </>
  );
  return { buttons, result };
}

function Refused({ problem, close }: { problem: Problem; close: () => void }) {
  return (
    <div role="alert" className="card space-y-3 border-red-300 p-5 text-sm dark:border-red-900">
      <div className="flex items-center gap-4">
        <Icon name="alert" className="size-5 text-red-600 dark:text-red-400" />
        <p className="min-w-0 flex-1 font-medium">{problem.message}</p>
        <button type="button" className="button px-2.5" onClick={close}>
          <Icon name="close" /> <span className="sr-only">Close</span>
        </button>
      </div>
      {problem.details.length > 0 && (
        <ul className="max-h-60 list-disc space-y-1 overflow-y-auto pl-5">
          {problem.details.map((detail, at) => (
            <li key={at} className="break-words">
              {detail.charAt(0).toUpperCase() + detail.slice(1)}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Hands a file to the browser as a download. */
function save(content: Blob, name: string) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
