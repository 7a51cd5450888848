import { type ReactNode, useEffect, useId, useRef } from "react";

import { Button } from "./button";

/** A question that must be answered before something is gone. Escape is "no". */
export function Confirm({ title, children, yes, busy, onYes, onNo }: { title: string; children: ReactNode; yes: string; busy: boolean; onYes: () => void; onNo: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const label = useId();
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-labelledby={label}
      className="m-auto w-[min(26rem,calc(100vw-2rem))] rounded-2xl border border-line bg-board p-5 text-ink shadow-lift"
      onCancel={(event) => {
        event.preventDefault();
        onNo();
      }}
    >
      <h2 id={label} className="text-base font-semibold break-words">
        {title}
      </h2>
      <div className="mt-2 text-sm text-soft">{children}</div>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onNo}>Keep it</Button>
        <Button look="danger" busy={busy} disabled={busy} onClick={onYes}>
          {yes}
        </Button>
      </div>
    </dialog>
  );
}
