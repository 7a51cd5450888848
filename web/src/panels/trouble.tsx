import { useState } from "react";

import * as api from "../api/calls";
import type { Job, Message, Told } from "../api/types";
import { useSend } from "../state/send";
import { Button, IconButton } from "../ui/button";
import { Icon } from "../ui/icon";
import { ProblemNotice } from "../ui/notice";

const SAID: Record<Told["source"], string> = {
  change: "The newest change has an error: this is the version before it",
  script: "A script of the page failed",
  console: "The page reports an error",
  request: "A request of the page failed",
  server: "The server reports an error",
};

/** What went wrong in the preview, and one thing to do about it. It is the application that speaks: its words are shown, not followed. */
export function TroubleStrip({ id, trouble, accept }: { id: string; trouble: Told; accept: (job: Job, message?: Message) => void }) {
  const [closed, setClosed] = useState("");
  const { busy, error, submit } = useSend((wish, key) => api.say(id, wish, key));
  const mark = `${trouble.commit} ${trouble.source} ${trouble.text}`;
  if (closed === mark) return null;

  const fix = async () => {
    const said = await submit({ text: wording(trouble), files: [] });
    if (!said) return;
    setClosed(mark);
    accept(said.job, said.message);
  };
  return (
    <div className="border-t border-bad/40 bg-bad-wash px-3 py-2 text-sm" role="status" data-testid="preview-trouble">
      <div className="flex items-start gap-2.5">
        <Icon name="alert" className="mt-0.5 size-4 text-bad" />
        <div className="min-w-0 flex-1">
          <p className="font-medium">{SAID[trouble.source]}</p>
          <p className="code break-words" data-testid="trouble-text">
            {trouble.text}
          </p>
          {trouble.detail && (
            <details className="mt-1">
              <summary className="cursor-pointer text-soft">What led to it</summary>
              <pre className="code mt-1 max-h-40 overflow-auto whitespace-pre-wrap text-soft" tabIndex={0}>
                {trouble.detail}
              </pre>
            </details>
          )}
        </div>
        <Button look="primary" busy={busy} disabled={busy} onClick={() => void fix()} data-testid="trouble-fix">
          Fix it
        </Button>
        <IconButton icon="close" label="Close this report" onClick={() => setClosed(mark)} data-testid="trouble-close" />
      </div>
      {error && <ProblemNotice problem={error.problem} />}
    </div>
  );
}

/** The user's words are the first line; what the application says is quoted, and cannot end the quotation. */
function wording(trouble: Told): string {
  const of = trouble.source === "change" ? "newest change" : "preview";
  const said = [trouble.where && `On ${trouble.where}`, trouble.text, trouble.detail].filter(Boolean).join("\n\n");
  const fence = "`".repeat(Math.max(3, ...[...said.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `Fix this error of the ${of}:\n\n${fence}\n${said}\n${fence}`;
}
