import { useMemo } from "react";

import * as api from "../api/calls";
import type { FileEntry } from "../api/types";
import type { ProjectState } from "../live/reducer";
import { useResource } from "../live/resource";
import { useQuery } from "../router";
import { useEdits } from "../state/edits";
import { LinkButton } from "../ui/button";
import { Empty, LoadFailed, Loading } from "../ui/notice";
import { FilePane } from "./file-pane";
import { FileTree } from "./file-tree";

/** The files of `main`, to read and to change. The chosen file is in the address. */
export function CodePanel({ state }: { state: ProjectState }) {
  const id = state.project.id;
  const [query, change] = useQuery();
  const { data, error, reload } = useResource(`files:${id}`, (signal) => api.files(id, signal), state.revisions.code);
  const [edits, setEdit] = useEdits(id);
  const edited = useMemo(() => new Set(Object.keys(edits)), [edits]);

  if (!data?.items.length) {
    if (data || !state.project.commit || error?.status === 404) {
      return (
        <Empty icon="file" title="There is no code yet">
          It comes with the first plan: backend, frontend, tests, README, all in git.
        </Empty>
      );
    }
    return error ? <LoadFailed error={error} retry={reload} /> : <Loading what="the files" />;
  }
  const path = query.get("path") ?? first(data.items);
  const line = Number(query.get("line")) || null;
  return (
    <div className="grid h-full min-h-0 grid-rows-[minmax(7rem,30%)_minmax(0,1fr)] md:grid-cols-[minmax(11rem,16rem)_minmax(0,1fr)] md:grid-rows-1">
      <div className="min-h-0 overflow-y-auto border-b border-line md:border-r md:border-b-0">
        <h2 className="sr-only">Files</h2>
        <FileTree files={data.items} chosen={path} edited={edited} asked={query.has("path")} onChoose={(next) => change({ path: next, line: null })} />
        <div className="p-2.5">
          <LinkButton size="sm" icon="download" href={api.exportUrl(id)} download className="w-full">
            Download as zip
          </LinkButton>
        </div>
      </div>
      <FilePane key={path} project={id} path={path} line={line} revision={blobOf(data.items, path)} edit={edits[path] ?? null} onEdit={(edit) => setEdit(path, edit)} />
    </div>
  );
}

const first = (files: FileEntry[]): string => (files.find((file) => file.path === "README.md") ?? files[0])?.path ?? "";
const blobOf = (files: FileEntry[], path: string): string => files.find((file) => file.path === path)?.blob ?? "";
