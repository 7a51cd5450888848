import { useEffect, useId, useRef, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Share } from "../api/types";
import { useResource } from "../live/resource";
import { Button, IconButton } from "../ui/button";
import { LoadFailed, Loading, ProblemNotice } from "../ui/notice";

const TIMES = [
  ["One hour", 3600],
  ["One day", 86_400],
  ["One week", 604_800],
  ["30 days", 2_592_000],
] as const;

/** Opens the project's links: who has one sees the preview, until it expires or is taken back. */
export function ShareButton({ id }: { id: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon="link" label="Share the preview" onClick={() => setOpen(true)} data-testid="preview-share" />
      {open && <ShareDialog id={id} onClose={() => setOpen(false)} />}
    </>
  );
}

function ShareDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const label = useId();
  const [seconds, setSeconds] = useState<number>(TIMES[2][1]);
  const [round, setRound] = useState(0);
  const { data, error, reload } = useResource(`shares:${id}`, (signal) => api.shares(id, signal), round);
  const { busy, refused, act } = useAct(() => setRound((now) => now + 1));
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={label} className="m-auto w-[min(34rem,calc(100vw-2rem))] rounded-2xl border border-line bg-board p-5 text-ink shadow-lift" onCancel={onClose} data-testid="share-dialog">
      <h2 id={label} className="text-base font-semibold">
        Share the preview
      </h2>
      <p className="mt-2 text-sm text-soft">Whoever has a link sees the running application and may use it. Nothing else of this project is shown.</p>
      <div className="mt-4 flex flex-wrap items-center gap-2">
        <select aria-label="How long the link works" value={seconds} onChange={(event) => setSeconds(Number(event.target.value))} className="h-8 rounded-md border border-edge bg-board px-2 text-sm" data-testid="share-time">
          {TIMES.map(([word, time]) => (
            <option key={time} value={time}>
              {word}
            </option>
          ))}
        </select>
        <Button look="primary" busy={busy} disabled={busy} onClick={() => act(() => api.share(id, seconds))} data-testid="share-make">
          Make a link
        </Button>
      </div>
      {refused && <ProblemNotice problem={refused.problem} />}
      <div className="mt-4">
        {error && !data ? <LoadFailed error={error} retry={reload} /> : !data ? <Loading what="the links" /> : <Links links={data.items} busy={busy} onRevoke={(share) => act(() => api.unshare(id, share.id))} />}
      </div>
      <div className="mt-5 flex justify-end">
        <Button onClick={onClose}>Close</Button>
      </div>
    </dialog>
  );
}

function Links({ links, busy, onRevoke }: { links: Share[]; busy: boolean; onRevoke: (share: Share) => void }) {
  if (!links.length) return <p className="text-sm text-soft">No link is open now.</p>;
  return (
    <ul className="divide-y divide-line">
      {links.map((share) => (
        <li key={share.id} className="flex items-center gap-2 py-2" data-testid="share">
          <input readOnly value={share.url} aria-label="The link" onFocus={(event) => event.target.select()} className="code h-7 min-w-0 flex-1 rounded-md bg-sunk px-2 text-soft" data-testid="share-url" />
          <time dateTime={share.expires_at} className="text-xs whitespace-nowrap text-faint">
            until {new Date(share.expires_at).toLocaleString(undefined, { dateStyle: "short", timeStyle: "short" })}
          </time>
          <Button size="sm" look="quiet" disabled={busy} onClick={() => onRevoke(share)} data-testid="share-revoke">
            Take back
          </Button>
        </li>
      ))}
    </ul>
  );
}

function useAct(done: () => void) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const act = async (work: () => Promise<unknown>) => {
    setBusy(true);
    setRefused(null);
    try {
      await work();
      done();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setRefused(failure);
    } finally {
      setBusy(false);
    }
  };
  return { busy, refused, act: (work: () => Promise<unknown>) => void act(work) };
}
