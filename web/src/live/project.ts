import { useCallback, useEffect, useReducer, useRef, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Event, Job, Message, ModelProgress, Project } from "../api/types";
import { connection, useReach } from "../state/connection";
import { addJob, initialState, type ProjectState, reduce, withMessage, withProgress } from "./reducer";
import { EventStream, streamAddress, type StreamStatus } from "./stream";

type Action =
  | { do: "load"; state: ProjectState }
  | { do: "fail"; error: ApiError }
  | { do: "events"; items: [number, Event][]; now: ModelProgress[] }
  | { do: "job"; job: Job; message?: Message }
  | { do: "renew"; project: Project; jobs: Job[]; messages: Message[] };

interface Live {
  state: ProjectState | null;
  error: ApiError | null;
}

function step(live: Live, action: Action): Live {
  switch (action.do) {
    case "load":
      return { state: action.state, error: null };
    case "fail":
      // What is already on the page stays: the stream says that it is not live.
      return live.state && action.error.unreachable ? live : { ...live, error: action.error };
    case "events":
      if (!live.state) return live;
      return { ...live, state: action.now.reduce(withProgress, action.items.reduce((state, [seq, event]) => reduce(state, seq, event), live.state)) };
    case "job": {
      if (!live.state) return live;
      const state = addJob(live.state, action.job);
      return { ...live, state: action.message ? withMessage(state, action.message) : state };
    }
    case "renew": {
      if (!live.state) return live;
      const { project, jobs, messages } = initialState(action.project, action.jobs, action.messages);
      return { ...live, state: { ...live.state, project, jobs, messages } };
    }
  }
}

async function fetchAll(id: string, signal: AbortSignal) {
  // The project comes first: its `last_seq` is where the events go on, and what the others say is no older.
  const project = await api.project(id, signal);
  const [jobs, messages] = await Promise.all([api.jobs(id, signal), api.messages(id, signal)]);
  return { project, jobs, messages };
}

/** Events are put in together when they come in a burst: one rendering for each of these intervals, in ms. */
const BURST = 16;
/** A project that could not be fetched because nothing answered is asked for again after this, in ms. */
const AGAIN = 2_000;

export interface LiveProject extends Live {
  stream: StreamStatus;
  /** Fetches everything again and opens a new stream. */
  reload: () => void;
  /** Takes in a job (and the message that caused it) as a 202 answer told them. */
  accept: (job: Job, message?: Message) => void;
}

/** A project, kept up to date by its events. */
export function useProject(id: string): LiveProject {
  const [live, dispatch] = useReducer(step, { state: null, error: null });
  const [stream, setStream] = useState<StreamStatus>("connecting");
  const [generation, setGeneration] = useState(0);
  const current = useRef<EventStream | null>(null);
  const reach = useReach();
  const reload = useCallback(() => setGeneration((before) => before + 1), []);
  const accept = useCallback((job: Job, message?: Message) => dispatch(message ? { do: "job", job, message } : { do: "job", job }), []);

  useEffect(() => {
    const asking = new AbortController();
    const fail = (error: unknown) => {
      if (error instanceof ApiError) dispatch({ do: "fail", error });
      else if (!asking.signal.aborted) throw error;
    };
    let items: [number, Event][] = [];
    let now: ModelProgress[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    let waiting = false;
    const flush = () => {
      timer = undefined;
      if (waiting) return;
      dispatch({ do: "events", items, now });
      items = [];
      now = [];
    };
    // Events that come while everything is fetched anew wait until it is there.
    const load = async () => {
      waiting = true;
      const { project, jobs, messages } = await fetchAll(id, asking.signal);
      dispatch({ do: "load", state: initialState(project, jobs, messages) });
      waiting = false;
      flush();
      return project.last_seq;
    };
    const later = (error: unknown) => {
      fail(error);
      if (error instanceof ApiError && error.unreachable) timer = setTimeout(reload, AGAIN);
    };
    const listen = (after: number) => {
      if (asking.signal.aborted) return;
      current.current = new EventStream({
        address: (seq) => streamAddress(id, seq),
        after,
        onEvent: (seq, event) => {
          items.push([seq, event]);
          timer ??= setTimeout(flush, BURST);
        },
        onNow: (progress) => {
          now.push(progress);
          timer ??= setTimeout(flush, BURST);
        },
        onStatus: (status) => {
          setStream(status);
          if (status === "live") connection.reached();
        },
        onReset: () => void load().catch(later),
        // A refused WebSocket has no status: an HTTP answer tells 401 and 404 from an outage.
        onDown: () => void api.project(id, asking.signal).catch(fail),
      });
    };
    load().then(listen).catch(later);
    return () => {
      asking.abort();
      clearTimeout(timer);
      current.current?.close();
      current.current = null;
    };
  }, [id, generation, reload]);

  useEffect(() => {
    if (reach === "ok") current.current?.wake();
  }, [reach]);

  useEffect(() => {
    const wake = () => current.current?.wake();
    window.addEventListener("online", wake);
    return () => window.removeEventListener("online", wake);
  }, []);

  const asked = live.state?.revisions.jobs ?? 0;
  useEffect(() => {
    if (!asked) return;
    const asking = new AbortController();
    fetchAll(id, asking.signal).then(
      (all) => dispatch({ do: "renew", ...all }),
      // An outage here is the stream's to tell; it renews everything when it comes back.
      (error: unknown) => error instanceof ApiError && dispatch({ do: "fail", error }),
    );
    return () => asking.abort();
  }, [id, asked]);

  return { ...live, stream, reload, accept };
}
