import { useRef, useState } from "react";

import * as api from "../api/calls";
import { ApiError } from "../api/client";
import { useResource } from "../live/resource";
import type { Edit } from "../state/edits";
import { bytes } from "../text/format";
import { Button } from "../ui/button";
import { Empty, LoadFailed, Loading, Notice, ProblemNotice } from "../ui/notice";
import { Viewer } from "./file-viewer";

interface Props {
  project: string;
  path: string;
  line: number | null;
  /** The blob that stands under this path now: another one means that the file changed. */
  revision: string;
  edit: Edit | null;
  onEdit: (edit: Edit | null) => void;
}

/** One file: read it, edit it, save it against the version that was edited. */
export function FilePane({ project, path, line, revision, edit, onEdit }: Props) {
  const { data, error, reload } = useResource(`file:${project}:${path}`, (signal) => api.file(project, path, signal), revision);
  const { saving, refused, save, forget } = useSave(project, path, edit, onEdit, reload);
  const [theirs, setTheirs] = useState(false);
  const [origins, setOrigins] = useState(false);
  const conflict = refused?.problem.code === "version_conflict";

  if (error?.status === 404 && !edit) return <Empty icon="file" title="This file is not there any more">Choose another one.</Empty>;
  if (!data) return error ? <LoadFailed error={error} retry={reload} /> : <Loading what={path} />;
  const text = data.encoding === "utf-8";
  const close = () => {
    onEdit(null);
    forget();
    setTheirs(false);
  };
  return (
    <div className="flex min-h-0 min-w-0 flex-col">
      <header className="flex min-h-11 flex-wrap items-center gap-x-2.5 gap-y-1 border-b border-line px-3.5 py-1.5">
        <h3 className="code min-w-0 font-semibold break-all">{path}</h3>
        <span className="text-xs text-faint">{bytes(data.size)}</span>
        <span className="ml-auto flex gap-1.5">
          {edit && !conflict && (
            <>
              <Button size="sm" onClick={close} disabled={saving}>
                Discard
              </Button>
              <Button size="sm" look="primary" icon="check" busy={saving} disabled={saving || edit.content === data.content} onClick={() => save(edit.base)} data-testid="file-save">
                Save
              </Button>
            </>
          )}
          {!edit && text && (
            <Button size="sm" look="quiet" icon="clock" aria-pressed={origins} className="aria-pressed:bg-hover aria-pressed:text-ink" onClick={() => setOrigins(!origins)} data-testid="file-origins">
              Origins
            </Button>
          )}
          {!edit && text && (
            <Button size="sm" icon="edit" onClick={() => onEdit({ base: data.commit, content: data.content })} data-testid="file-edit">
              Edit
            </Button>
          )}
        </span>
      </header>
      {refused && !conflict && (
        <div className="p-3">
          <ProblemNotice problem={refused.problem} />
        </div>
      )}
      {edit && conflict && (
        <div className="p-3">
          <Conflict saving={saving} theirs={theirs} onTheirs={setTheirs} onMine={() => save(data.commit)} onDiscard={close} />
        </div>
      )}
      {!text && (
        <Empty icon="file" title="Not a text file">
          {bytes(data.size)}. Download the project to look at it.
        </Empty>
      )}
      {text && edit && !theirs && <Editor path={path} edit={edit} onEdit={onEdit} onSave={() => save(edit.base)} />}
      {text && (!edit || theirs) && <Viewer project={project} file={data} line={line} origins={origins} />}
    </div>
  );
}

/** Somebody else, or a step, changed the file first. Nothing was written, and nobody's lines go without a word. */
function Conflict({ saving, theirs, onTheirs, onMine, onDiscard }: { saving: boolean; theirs: boolean; onTheirs: (on: boolean) => void; onMine: () => void; onDiscard: () => void }) {
  return (
    <Notice
      tint="active"
      alert
      testid="conflict"
      title="This file changed while you were editing it"
      action={
        <span className="flex flex-wrap gap-1.5">
          <Button size="sm" look="primary" aria-pressed={theirs} onClick={() => onTheirs(!theirs)} data-testid="conflict-compare">
            {theirs ? "Back to my version" : "Look at the newer version"}
          </Button>
          <Button size="sm" busy={saving} disabled={saving} onClick={onMine} data-testid="conflict-mine">
            Save mine over it
          </Button>
          <Button size="sm" onClick={onDiscard} data-testid="conflict-theirs">
            Discard mine
          </Button>
        </span>
      }
    >
      Nothing was saved, and your text is still here. The newer version stays in the history whatever you choose.
    </Notice>
  );
}

function useSave(project: string, path: string, edit: Edit | null, onEdit: (edit: Edit | null) => void, reload: () => void) {
  const [saving, setSaving] = useState(false);
  const [refused, setRefused] = useState<ApiError | null>(null);
  const save = async (base: string) => {
    if (!edit) return;
    setSaving(true);
    setRefused(null);
    try {
      await api.writeFile(project, path, edit.content, base);
      onEdit(null);
      reload();
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setRefused(failure);
      // The version to decide about is the one that stands now.
      if (failure.status === 409) reload();
    } finally {
      setSaving(false);
    }
  };
  return { saving, refused, save: (base: string) => void save(base), forget: () => setRefused(null) };
}

function Editor({ path, edit, onEdit, onSave }: { path: string; edit: Edit; onEdit: (edit: Edit) => void; onSave: () => void }) {
  const gutter = useRef<HTMLDivElement>(null);
  const count = edit.content.split("\n").length;
  return (
    <div className="flex min-h-0 flex-1 bg-board">
      <div ref={gutter} aria-hidden="true" className="code overflow-hidden px-3 py-2 text-right text-faint tabular-nums select-none">
        {Array.from({ length: count }, (_, index) => (
          <div key={index}>{index + 1}</div>
        ))}
      </div>
      <textarea
        autoFocus
        spellCheck={false}
        wrap="off"
        value={edit.content}
        aria-label={`Edit ${path}; Ctrl and S saves`}
        data-testid="file-editor"
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onKeyDown={(event) => {
          if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            onSave();
          }
        }}
        onChange={(event) => onEdit({ ...edit, content: event.target.value })}
        className="code min-h-0 flex-1 resize-none bg-transparent py-2 pr-4 whitespace-pre outline-none"
      />
    </div>
  );
}
