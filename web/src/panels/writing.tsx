import { useEffect, useRef } from "react";

import type { Writing } from "../live/reducer";
import { dollars, plural } from "../text/format";
import { Button } from "../ui/button";
import { Icon } from "../ui/icon";

const FILES = 4;

export interface Stop {
  busy: boolean;
  act: () => void;
}

/** What a model is writing just now: by which model, for how much, into which files, and its newest lines. */
export function WritingView({ writing, stop }: { writing: Writing; stop: Stop }) {
  const { model, place, files, text } = writing;
  const shown = files.slice(-FILES);
  const hidden = files.length - shown.length;
  return (
    <div data-testid="writing" className="mt-1 rounded-lg border border-line bg-sunk text-[13px]">
      <div className="flex items-center gap-2 px-2.5 py-1.5">
        <p className="min-w-0 flex-1 break-words text-soft">
          {place > 0 ? `Waits for ${model || "the model"}: place ${place} in its queue` : model}
          <Spent writing={writing} />
        </p>
        <Button size="sm" icon="stop" busy={stop.busy} disabled={stop.busy} onClick={stop.act} data-testid="stop-writing">
          Stop
        </Button>
      </div>
      {shown.length > 0 && (
        <ul className="px-2.5 pb-1.5" aria-label="Files being written">
          {hidden > 0 && <li className="text-faint">and {plural(hidden, "file")} before</li>}
          {shown.map((file, index) => (
            <li key={`${index}:${file.path}`} className="flex items-center gap-1.5" data-testid="writing-file">
              <Icon name={file.change === "delete" ? "trash" : "file"} className="size-3.5 text-faint" />
              <span className="code min-w-0 break-all">{file.path}</span>
              {file.lines > 0 && <span className="ml-auto whitespace-nowrap text-faint tabular-nums">{plural(file.lines, "line")}</span>}
            </li>
          ))}
        </ul>
      )}
      {text && <Newest text={text} />}
    </div>
  );
}

function Spent({ writing }: { writing: Writing }) {
  const { tokens, most_tokens, cost, most_cost } = writing;
  if (!tokens) return null;
  const money = cost !== null && most_cost !== null && Number(most_cost) > 0 ? `, ${dollars(cost)} of at most ${dollars(most_cost)}` : "";
  return (
    <span className="block text-xs text-faint tabular-nums" data-testid="writing-cost">
      about {tokens.toLocaleString("en")} of at most {most_tokens.toLocaleString("en")} tokens{money}
    </span>
  );
}

/** The end of the text, with its last line in sight. */
function Newest({ text }: { text: string }) {
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    <pre ref={box} data-testid="writing-text" tabIndex={0} role="region" aria-label="What is being written" className="code max-h-40 overflow-auto border-t border-line px-2.5 py-1.5 text-[12px] break-words whitespace-pre-wrap">
      {text}
    </pre>
  );
}
