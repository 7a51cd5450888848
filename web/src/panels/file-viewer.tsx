import { type ReactNode, useEffect, useMemo, useRef } from "react";

import * as api from "../api/calls";
import type { BlameLines, FileContent } from "../api/types";
import { useResource } from "../live/resource";
import { colour } from "../text/colour";
import { clockTime, short } from "../text/format";
import { Link } from "../ui/link";
import { LoadFailed } from "../ui/notice";

interface Props {
  project: string;
  file: FileContent;
  line: number | null;
  /** Whether each line shows the step that it comes from. */
  origins: boolean;
}

/** A file's lines, to read. */
export function Viewer({ project, file, line, origins }: Props) {
  const lines = useMemo(() => colour(file.path, file.content.replace(/\n$/, "")), [file.path, file.content]);
  const marked = useRef<HTMLTableRowElement>(null);
  useEffect(() => marked.current?.scrollIntoView({ block: "center" }), [line, lines]);
  const { data, error, reload } = useResource(`blame:${origins}:${project}:${file.path}:${file.commit}`, (signal) =>
    origins ? api.blame(project, file.path, file.commit, signal) : Promise.resolve(null),
  );
  const begins = useMemo(() => new Map(data?.items.map((run) => [run.line, run])), [data]);

  if (error) return <LoadFailed error={error} retry={reload} />;
  return (
    <div className="min-h-0 flex-1 overflow-auto bg-board py-2" data-testid="file-viewer" tabIndex={0} role="region" aria-label={`Content of ${file.path}`}>
      <table className="code min-w-full border-collapse">
        <tbody>
          {lines.map((pieces, index) => {
            const mark = index + 1 === line;
            const run = begins.get(index + 1);
            return (
              <tr key={`${index}`} ref={mark ? marked : undefined} className={`${mark ? "bg-active-wash" : ""} ${run && index ? "border-t border-line" : ""}`}>
                {data && <td className="max-w-56 min-w-32 truncate px-3 align-top font-sans text-xs">{run && <Origin project={project} run={run} />}</td>}
                <td className="sticky left-0 w-px bg-board px-3 text-right align-top text-faint tabular-nums select-none">{index + 1}</td>
                <td className="pr-4 whitespace-pre">{pieces.map(({ tone, text }, at): ReactNode => (tone === "plain" ? text : <span key={`${at}`} className={`tone-${tone}`}>{text}</span>))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Origin({ project, run }: { project: string; run: BlameLines }) {
  return (
    <Link href={`/p/${project}?tab=history&commit=${run.commit}`} data-testid="origin" title={`${run.summary}\n${run.author}, ${clockTime(run.at)}, ${short(run.commit)}`} className="text-soft hover:text-ink hover:underline">
      {run.summary}
    </Link>
  );
}
