import { useCallback, useEffect, useRef, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Project } from "../api/types";
import { connection, useReach } from "../state/connection";
import { EventStream, streamAddress } from "./stream";

const PAGE = 12;
/** Jobs of several projects may move at once: the list is asked for again at most this often, in ms. */
const PAUSE = 300;

export interface Projects {
  items: Project[] | null;
  more: boolean;
  loading: boolean;
  error: ApiError | null;
  showMore: () => void;
  reload: () => void;
  remove: (id: string) => void;
}

/** The newest `wanted` projects, page by page, and whether there are more. */
async function fetchProjects(wanted: number, signal: AbortSignal): Promise<{ items: Project[]; more: boolean }> {
  const items: Project[] = [];
  let cursor: string | null = null;
  do {
    const page = await api.projects(PAGE, cursor, signal);
    items.push(...page.items);
    cursor = page.has_more ? page.next_cursor : null;
  } while (cursor && items.length < wanted);
  return { items, more: cursor !== null };
}

/** The list of projects, asked for again when an event says that one of them changed. */
export function useProjects(): Projects {
  const [held, setHeld] = useState<{ items: Project[]; more: boolean } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [loading, setLoading] = useState(true);
  const [wanted, setWanted] = useState(PAGE);
  const [tries, setTries] = useState(0);
  const reload = useCallback(() => setTries((before) => before + 1), []);
  const stream = useRef<EventStream | null>(null);
  const reach = useReach();

  useEffect(() => {
    const asking = new AbortController();
    setLoading(true);
    fetchProjects(wanted, asking.signal)
      .then((list) => {
        setHeld(list);
        setError(null);
      })
      .catch((failure: unknown) => {
        if (failure instanceof ApiError) setError(failure);
        else if (!asking.signal.aborted) throw failure;
      })
      .finally(() => {
        if (!asking.signal.aborted) setLoading(false);
      });
    return () => asking.abort();
  }, [wanted, tries]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        reload();
      }, PAUSE);
    };
    let broken = false;
    stream.current = new EventStream({
      address: (seq) => streamAddress(null, seq),
      after: null,
      onEvent: (_, event) => {
        if (/^(project|job)\./.test(event.type)) soon();
      },
      onStatus: (status) => {
        if (status === "reconnecting") broken = true;
        if (status !== "live") return;
        connection.reached();
        if (broken) soon();
        broken = false;
      },
      onReset: soon,
      onDown: soon,
    });
    return () => {
      clearTimeout(timer);
      stream.current?.close();
    };
  }, [reload]);

  useEffect(() => {
    if (reach !== "ok") return;
    stream.current?.wake();
    if (error?.unreachable) reload();
  }, [reach, error, reload]);

  return {
    items: held?.items ?? null,
    more: held?.more ?? false,
    loading,
    error,
    showMore: () => setWanted((held?.items.length ?? 0) + PAGE),
    reload,
    remove: (id) => setHeld((before) => before && { ...before, items: before.items.filter((project) => project.id !== id) }),
  };
}
