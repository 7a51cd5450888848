import { type FormEvent, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import { Button } from "../ui/button";
import { ProblemNotice } from "../ui/notice";

/** Gives a version a name that stays with it: a git tag. */
export function NameVersion({ id, commit }: { id: string; commit: string }) {
  const [name, setName] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await api.tag(id, (name ?? "").trim(), commit);
      setName(null);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  if (name === null) {
    return (
      <Button size="sm" look="quiet" onClick={() => setName("")} data-testid="name-version">
        Name this version
      </Button>
    );
  }
  return (
    <form onSubmit={(event) => void save(event)} className="flex flex-wrap items-center gap-1.5">
      <input
        autoFocus
        value={name}
        maxLength={100}
        placeholder="v1.0"
        aria-label="Name of this version"
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setName(null)}
        className="h-7 w-36 rounded-md border border-edge bg-board px-2 text-[13px]"
      />
      <Button size="sm" type="submit" busy={busy} disabled={busy || !name.trim()}>
        Save
      </Button>
      {error && <ProblemNotice problem={error.problem} />}
    </form>
  );
}
