import * as api from "../api/calls";
import type { Impact } from "../api/types";
import { useResource } from "../live/resource";
import { plural } from "../text/format";

/** What a change touches, in a sentence, and on demand who uses it. */
export function Touched({ impact }: { impact: Impact | null }) {
  if (!impact?.text) return null;
  const { importers, tests } = impact;
  return (
    <div className="text-[13px] text-soft" data-testid="impact">
      <p className="break-words">{impact.text}</p>
      {importers.length + tests.length > 0 && (
        <details>
          <summary className="cursor-pointer">Who uses it: {[importers.length && plural(importers.length, "file"), tests.length && plural(tests.length, "test file")].filter(Boolean).join(", ")}</summary>
          <ul className="code mt-1 space-y-0.5 pl-4 break-all">
            {[...importers, ...tests].map((path) => (
              <li key={path}>{path}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** The same of any two commits; nothing while it is looked for, or where nobody can tell. */
export function TouchedBetween({ id, from, to }: { id: string; from: string | null; to: string }) {
  const { data } = useResource(`impact:${id}:${from}:${to}`, (signal) => api.impact(id, from, to, signal));
  return <Touched impact={data} />;
}
