import { useEffect, useMemo, useRef, useState } from "react";

import * as api from "../api/calls";
import type { Job, Message } from "../api/types";
import { hasEnded, type ProjectState } from "../live/reducer";
import { askedBack, besideProblem, currentJob, timeline, type Turn } from "../live/timeline";
import { useDraft } from "../state/draft";
import { useSend } from "../state/send";
import { clockTime } from "../text/format";
import { Mark } from "../ui/logo";
import { ProblemNotice } from "../ui/notice";
import { Attached } from "./attachments";
import { JobCard } from "./job-card";
import { PromptBox } from "./prompt-box";
import { Prose } from "./prose";

interface Props {
  state: ProjectState;
  accept: (job: Job, message?: Message) => void;
  reload: () => void;
}

export function Conversation({ state, accept, reload }: Props) {
  const turns = useMemo(() => timeline(state.jobs, state.messages), [state.jobs, state.messages]);
  const current = currentJob(state.jobs);
  const newest = state.jobs.at(-1);
  const end = useFollow(state);
  return (
    <div className="flex h-full min-h-0 flex-col">
      <h2 className="sr-only">Conversation</h2>
      <div ref={end} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-4" tabIndex={0} role="region" aria-label="Conversation so far">
        <div className="mx-auto max-w-2xl space-y-6 py-5">
          {turns.map((turn) => (
            <TurnView key={turn.key} turn={turn} problemShown={turn.job === newest}>
              {turn.job && (
                <JobCard
                  job={turn.job}
                  newest={turn.job === newest}
                  current={turn.job === current}
                  answered={turn.answered.length > 0}
                  writing={state.writing[turn.job.id] ?? null}
                  onJob={accept}
                  reload={reload}
                />
              )}
            </TurnView>
          ))}
        </div>
      </div>
      <Composer state={state} accept={accept} />
    </div>
  );
}

function TurnView({ turn, problemShown, children }: { turn: Turn; problemShown: boolean; children: React.ReactNode }) {
  const answers = turn.answered.map((message) => ({ ...message, text: problemShown ? besideProblem(message.text, turn.job) : message.text }));
  return (
    <article className="space-y-3">
      {turn.said.map((message) => (
        <div key={message.id} data-testid="message" data-role="user" className="ml-8 flex justify-end">
          <div className="max-w-full rounded-2xl rounded-br-md bg-hover px-3.5 py-2.5" title={clockTime(message.at)}>
            <span className="sr-only">You said: </span>
            <Prose text={message.text} />
            <Attached names={message.attachments} />
          </div>
        </div>
      ))}
      {children}
      {answers.map((message) => message.text && (
        <div key={message.id} data-testid="message" data-role="assistant" className="flex gap-2.5" title={clockTime(message.at)}>
          <Mark className="mt-0.5 size-5" />
          <div className="min-w-0 flex-1">
            <span className="sr-only">Barnraise said: </span>
            <Prose text={message.text} />
          </div>
        </div>
      ))}
    </article>
  );
}

/** Keeps the newest turn in sight, unless the reader has scrolled up to read. */
function useFollow(state: ProjectState) {
  const box = useRef<HTMLDivElement>(null);
  const near = useRef(true);
  useEffect(() => {
    const shown = box.current;
    if (!shown) return;
    const look = () => {
      near.current = shown.scrollHeight - shown.scrollTop - shown.clientHeight < 80;
    };
    shown.addEventListener("scroll", look, { passive: true });
    return () => shown.removeEventListener("scroll", look);
  }, []);
  useEffect(() => {
    if (near.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [state.jobs, state.messages]);
  return box;
}

function Composer({ state, accept }: { state: ProjectState; accept: Props["accept"] }) {
  const id = state.project.id;
  const draft = useDraft(id);
  const [files, setFiles] = useState<File[]>([]);
  const { busy, error, submit } = useSend((wish, key) => api.say(id, wish, key));
  const waiting = state.jobs.filter((job) => !hasEnded(job)).length;
  const last = state.jobs.at(-1);
  const asked = last !== undefined && askedBack(last);

  const send = async () => {
    const said = await submit({ text: draft.text, files });
    if (!said) return;
    accept(said.job, said.message);
    draft.sent(draft.text);
    setFiles((now) => now.filter((file) => !files.includes(file)));
  };

  return (
    <div className="border-t border-line px-3 pt-3 pb-3">
      <div className="mx-auto max-w-2xl space-y-2">
        {error && <ProblemNotice problem={error.problem} />}
        <PromptBox
          label="Message to Barnraise"
          placeholder={asked ? "Answer the question above…" : "What shall change? “Add a due date to tasks”, “undo”…"}
          text={draft.text}
          onText={draft.write}
          files={files}
          onFiles={setFiles}
          onSubmit={() => void send()}
          busy={busy}
          send={waiting ? "Queue" : "Send"}
          testids={{ input: "composer-input", submit: "composer-send" }}
          rows={2}
          note={waiting ? `Waits its turn: ${waiting} ahead` : undefined}
        />
      </div>
    </div>
  );
}
