// What a page shows when it has nothing to show: yet, at all, or because something went wrong.

import type { ReactNode } from "react";

import { Icon } from "./Icon";

export function Loading({ rows = 4 }: { rows?: number }) {
  return (
    <output aria-label="Loading" className="card block animate-pulse divide-y divide-zinc-200 dark:divide-zinc-800">
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="flex gap-6 p-5">
          <span className="h-3.5 w-1/3 rounded bg-zinc-200 dark:bg-zinc-800" />
          <span className="h-3.5 w-1/5 rounded bg-zinc-200 dark:bg-zinc-800" />
        </span>
      ))}
    </output>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="card flex flex-col items-center gap-4 px-6 py-14 text-center">
      <span className="rounded-full bg-zinc-100 p-3 text-zinc-500 dark:bg-zinc-800 dark:text-zinc-400">
        <Icon name="list" className="size-6" />
      </span>
      <p className="font-medium">{title}</p>
      {children}
    </div>
  );
}

export function Failed({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <div role="alert" className="card flex flex-wrap items-center gap-4 border-red-300 p-5 dark:border-red-900">
      <Icon name="alert" className="size-5 text-red-600 dark:text-red-400" />
      <p className="min-w-0 flex-1 text-sm">{error.message}</p>
      {retry && (
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  );
}
