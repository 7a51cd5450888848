import { useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import type { Project } from "../api/types";
import { useProjects } from "../live/projects";
import { useNow } from "../state/clock";
import { ago, clockTime } from "../text/format";
import { PROJECT_WORD } from "../text/words";
import { Badge } from "../ui/badge";
import { Button, IconButton } from "../ui/button";
import { Confirm } from "../ui/confirm";
import { Icon } from "../ui/icon";
import { Link } from "../ui/link";
import { LoadFailed, Loading, ProblemNotice } from "../ui/notice";
import { ImportFile } from "./import-file";

export function ProjectList() {
  const { items, more, loading, error, showMore, reload, remove } = useProjects();
  const [doomed, setDoomed] = useState<Project | null>(null);
  const now = useNow(true, 30_000);

  return (
    <section className="mt-10" aria-labelledby="projects">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 id="projects" className="text-sm font-semibold">
          Your projects
        </h2>
        <ImportFile />
      </div>
      {items && items.length > 0 && (
        <ul data-testid="project-list" className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-board">
          {items.map((project) => (
            <Row key={project.id} project={project} now={now} onDelete={() => setDoomed(project)} />
          ))}
        </ul>
      )}
      {items?.length === 0 && (
        <div data-testid="project-list" className="flex flex-col items-center gap-2 rounded-2xl border border-dashed border-edge px-6 py-9 text-center">
          <Icon name="frame" className="size-6 text-faint" />
          <p className="font-medium">Nothing raised yet</p>
          <p className="max-w-sm text-sm text-balance text-soft">Write a sentence above, or take one of the examples. Your applications will stand here.</p>
        </div>
      )}
      {!items && loading && !error && <Loading what="your projects" />}
      {!items && error && <LoadFailed error={error} retry={reload} />}
      {more && (
        <div className="mt-3 text-center">
          <Button busy={loading} disabled={loading} onClick={showMore} data-testid="more">
            Show more
          </Button>
        </div>
      )}
      {doomed && (
        <DeleteProject
          project={doomed}
          onDone={(gone) => {
            setDoomed(null);
            if (gone) remove(doomed.id);
          }}
        />
      )}
    </section>
  );
}

function Row({ project, now, onDelete }: { project: Project; now: number; onDelete: () => void }) {
  const { word, tint } = PROJECT_WORD[project.status] ?? PROJECT_WORD.new;
  return (
    <li data-testid="project-row" data-status={project.status} className="group relative flex items-center gap-3 py-3 pr-2.5 pl-4 transition-colors hover:bg-hover/60">
      <div className="min-w-0 flex-1">
        <Link href={`/p/${project.id}`} className="block truncate font-medium -outline-offset-2 after:absolute after:inset-0">
          {project.name}
        </Link>
        <p className="text-[13px] text-soft">
          <time dateTime={project.updated_at} title={clockTime(project.updated_at)}>
            {ago(project.updated_at, now)}
          </time>
        </p>
      </div>
      <Badge tint={tint} dot>
        {word}
      </Badge>
      <IconButton icon="trash" label={`Delete ${project.name}`} onClick={onDelete} className="relative z-10" data-testid="project-delete" />
    </li>
  );
}

function DeleteProject({ project, onDone }: { project: Project; onDone: (gone: boolean) => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const erase = async () => {
    setBusy(true);
    try {
      await api.deleteProject(project.id);
      onDone(true);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      if (failure.status === 404) onDone(true);
      else setError(failure);
      setBusy(false);
    }
  };
  return (
    <Confirm title={`Delete “${project.name}”?`} yes="Delete it" busy={busy} onYes={() => void erase()} onNo={() => onDone(false)}>
      <p>Its conversation, its code with its whole history, and its preview will be gone. This cannot be undone.</p>
      {error && (
        <div className="mt-3">
          <ProblemNotice problem={error.problem} />
        </div>
      )}
    </Confirm>
  );
}
