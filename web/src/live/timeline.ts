import type { Job, Message, Preview, Step, Told } from "../api/types";
import { hasEnded } from "./reducer";

/** One turn: what somebody said, what was done about it, what was answered. */
export interface Turn {
  key: string;
  job: Job | null;
  said: Message[];
  answered: Message[];
}

/** The conversation in order: jobs by their creation with the messages that belong to them, messages of no job by their time. */
export function timeline(jobs: Job[], messages: Message[]): Turn[] {
  const known = new Set(jobs.map((job) => job.id));
  const turns: (Turn & { at: string })[] = jobs.map((job) => {
    const mine = messages.filter((message) => message.job_id === job.id);
    return {
      key: job.id,
      at: job.created_at,
      job,
      said: mine.filter((message) => message.role === "user"),
      answered: mine.filter((message) => message.role === "assistant"),
    };
  });
  for (const message of messages) {
    if (message.job_id && known.has(message.job_id)) continue;
    const own = { key: message.id, at: message.at, job: null };
    turns.push(message.role === "user" ? { ...own, said: [message], answered: [] } : { ...own, said: [], answered: [message] });
  }
  return turns.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** What an answer says beside the problem that its job already shows: nobody needs to read that twice. */
export function besideProblem(text: string, job: Job | null): string {
  let rest = text;
  for (const told of [job?.problem?.detail, job?.problem?.next]) {
    if (told && rest.startsWith(told)) rest = rest.slice(told.length).trimStart();
  }
  return rest;
}

/** The job whose sentence made the plan as it stands; null once an undo or a redo has moved the plan to another one. */
export function planned(jobs: Job[]): Job | null {
  const moved = jobs.findLast((job) =>
    job.action === "message" ? job.steps.some((step) => step.step === "plan" && step.status === "succeeded") && !askedBack(job) : job.status === "succeeded" && /^(un|re)do$/.test(job.action),
  );
  return moved?.action === "message" ? moved : null;
}

/** What to tell beside the preview: why the newest change is not in it, else what went wrong in it. */
export function toldBeside(preview: Preview, jobs: Job[]): Told | null {
  const newest = jobs.at(-1);
  if (newest?.status === "failed" && newest.problem?.code === "validation_failed" && preview.commit && newest.commit !== preview.commit) {
    return { commit: newest.commit, source: "change", text: newest.problem.detail, detail: "", where: "" };
  }
  return preview.trouble ?? null;
}

/** Whether a job ended in a question. One that needs somebody because of a problem says so itself and asks nothing. */
export const askedBack = (job: Job): boolean => job.status === "needs_input" && !job.problem;

/** Whether the user said this, spaces and the end of a long text aside. */
export function wasSaid(text: string, messages: Message[]): boolean {
  const plain = (words: string) => words.replaceAll(/\s+/g, " ").trim();
  const wanted = plain(text).replace(/(…|\.\.\.)$/, "");
  return messages.some((message) => message.role === "user" && plain(message.text).startsWith(wanted));
}

/** The job that matters now: the one that runs, else the first that waits, else the newest. */
export function currentJob(jobs: Job[]): Job | null {
  return jobs.find((job) => job.status === "running") ?? jobs.find((job) => !hasEnded(job)) ?? jobs.at(-1) ?? null;
}

/** When a running step began, in ms. A page that did not hear its start takes the job's start and the steps since. */
export function startOf(step: Step, job: Job): number | null {
  if (step.started_at) return Date.parse(step.started_at);
  if (!job.started_at) return null;
  const before = job.steps.filter((other) => other.seconds !== null && other.step !== "test" && other.step !== "preview");
  return Date.parse(job.started_at) + before.reduce((sum, other) => sum + (other.seconds ?? 0), 0) * 1000;
}
