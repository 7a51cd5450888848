import { useEffect, useId, useRef, useState } from "react";

interface Props {
  title: string;
  text: string;
  action: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

/** A question before something that cannot be undone. The browser keeps the focus inside, and Escape closes it. */
export function Confirm({ title, text, action, onConfirm, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const id = useId();

  useEffect(() => {
    const opened = dialog.current;
    if (!opened?.open) opened?.showModal();
  }, []);

  function confirm() {
    setBusy(true);
    setError("");
    onConfirm().catch((failure: Error) => {
      setBusy(false);
      setError(failure.message);
    });
  }

  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose} className="card w-full max-w-md p-6 text-inherit backdrop:bg-black/50">
      <h2 id={id} className="text-lg font-semibold">
        {title}
      </h2>
      <p className="muted mt-2 text-sm break-words">{text}</p>
      {error && (
        <p role="alert" className="mt-3 text-sm text-red-600 dark:text-red-400">
          {error}
        </p>
      )}
      <div className="mt-6 flex justify-end gap-3">
        <button type="button" className="button" onClick={() => dialog.current?.close()}>
          Cancel
        </button>
        <button type="button" className="button button-danger" disabled={busy} onClick={confirm}>
          {action}
        </button>
      </div>
    </dialog>
  );
}
