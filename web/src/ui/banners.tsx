import { useState } from "react";

import * as api from "../api/calls";
import type { System } from "../api/types";
import { useReach } from "../state/connection";
import { Button } from "./button";
import { Icon } from "./icon";
import { Notice } from "./notice";

/** Says that nothing answers, and offers to ask again; the stream does so by itself as well. */
export function OfflineBanner() {
  const reach = useReach();
  const [asking, setAsking] = useState(false);
  if (reach !== "unreachable") return null;
  const ask = () => {
    setAsking(true);
    // The client itself notes whether it was answered; that is all this is for.
    void api.system().then(
      () => setAsking(false),
      () => setAsking(false),
    );
  };
  return (
    <div role="alert" data-testid="offline-banner" className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1.5 border-b border-active/40 bg-active-wash px-4 py-2 text-sm">
      <Icon name="offline" className="size-4 text-active" />
      <span className="min-w-0">
        <strong className="font-semibold">Barnraise is not answering.</strong> What you typed is kept here; this page comes back by itself.
      </span>
      <Button look="primary" size="sm" busy={asking} disabled={asking} onClick={ask}>
        Try now
      </Button>
    </div>
  );
}

/** Says why applications do not run on this machine, and what to do; or what they run without, because somebody has accepted that. */
export function SystemBanner({ system }: { system: System | null }) {
  if (!system) return null;
  if (system.sandbox.available) return system.sandbox.accepted.length > 0 ? <WeakBanner accepted={system.sandbox.accepted} /> : null;
  const { reason, fix } = system.sandbox;
  return (
    <Notice tint="active" testid="system-banner" title="Applications do not run on this machine">
      <p>
        {reason ?? "No safe sandbox is possible here."} They are still planned, written, checked, versioned and exported.
      </p>
      {fix && (
        <p className="mt-1">
          <strong className="font-medium text-ink">What to do:</strong> {fix}
        </p>
      )}
    </Notice>
  );
}

function WeakBanner({ accepted }: { accepted: string[] }) {
  return (
    <Notice tint="active" testid="weak-banner" title="Sandboxes here are weaker than they should be">
      <p>Not enforced on this machine, and accepted by whoever runs it: {accepted.join(", ")}. Run nothing that you do not trust.</p>
    </Notice>
  );
}
