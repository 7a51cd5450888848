import { Tag } from "./badge";

const HOW: Record<string, string> = {
  "memory (watched)": "it is looked at four times a second and more, and ended a moment after it has taken too much",
  "cpu (whole processors)": "it is kept to some of the machine's processors, not to parts of one",
  "stored data (watched)": "its size is looked at twenty times a second, and the preview ended when it is too much",
};

/** Which limits held for a run, which of them in a coarser way, and which not at all; with what would mend it. Nothing for reports that do not say. */
export function Limits({ enforced, accepted, fix, className = "" }: { enforced: string[]; accepted: string[]; fix: string | null | undefined; className?: string }) {
  if (!enforced.length) return null;
  const coarse = enforced.filter((word) => word.includes("("));
  const exact = enforced.filter((word) => !word.includes("("));
  const mendable = coarse.some((word) => word !== "stored data (watched)");
  return (
    <details className={`text-[13px] text-soft ${className}`} data-testid="limits" open={accepted.length > 0 || undefined}>
      <summary className="min-h-6 cursor-pointer select-none">
        Limits{" "}
        {accepted.length > 0 ? <Tag tint="bad">not held: {accepted.join(", ")}</Tag> : mendable ? <Tag tint="active">some held in a coarser way</Tag> : <Tag tint="good">all held</Tag>}
      </summary>
      <ul className="mt-1.5 space-y-1 pl-4">
        {accepted.length > 0 && (
          <li className="text-bad">Not held, and accepted by name by whoever runs this machine: {accepted.join(", ")}. Run nothing here that you do not trust.</li>
        )}
        {coarse.map((word) => (
          <li key={word}>
            <strong className="font-medium text-ink">{word}</strong>
            {HOW[word] ? `: ${HOW[word]}` : ""}
          </li>
        ))}
        <li>Held: {exact.join(", ")}.</li>
        {fix && (accepted.length > 0 || mendable) && (
          <li>
            <strong className="font-medium text-ink">What to do:</strong> {fix}
          </li>
        )}
      </ul>
    </details>
  );
}
