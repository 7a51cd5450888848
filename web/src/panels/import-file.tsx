import { useRef, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import { go } from "../router";
import { Button } from "../ui/button";
import { ProblemNotice } from "../ui/notice";

/** Makes a project of a file that a person has: a zip archive or a git bundle. */
export function ImportFile() {
  const chooser = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const send = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    setError(null);
    try {
      const made = await api.importProject(file);
      go(`/p/${made.project.id}`);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
      setBusy(false);
    }
  };
  return (
    <>
      <input
        ref={chooser}
        type="file"
        hidden
        accept=".zip,.bundle"
        data-testid="import-file"
        onChange={(event) => {
          void send(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      <Button size="sm" look="quiet" icon="folder" busy={busy} disabled={busy} title="A zip archive or a git bundle becomes a project" onClick={() => chooser.current?.click()} data-testid="import">
        Import a project
      </Button>
      {error && (
        <div className="w-full">
          <ProblemNotice problem={error.problem} />
        </div>
      )}
    </>
  );
}
