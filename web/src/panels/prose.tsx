import { Fragment, type ReactNode } from "react";

type Block = { kind: "text"; lines: string[] } | { kind: "list"; lines: string[] } | { kind: "code"; lines: string[] };

/** Paragraphs, lists (`- `, `* `) and fenced code. Text stays text: nothing in it becomes an element or a link. */
function blocks(text: string): Block[] {
  const found: Block[] = [];
  let fenced = false;
  const put = (kind: Block["kind"], line: string) => {
    const last = found.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else found.push({ kind, lines: [line] });
  };
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    if (line.startsWith("```")) {
      fenced = !fenced;
      if (fenced) found.push({ kind: "code", lines: [] });
    } else if (fenced) put("code", line);
    else if (/^\s*[-*•] /.test(line)) put("list", line.replace(/^\s*[-*•] /, ""));
    else if (line.trim()) put("text", line);
    else found.push({ kind: "text", lines: [] });
  }
  return found.filter((block) => block.lines.length > 0);
}

function inline(text: string): ReactNode {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).map((part, index) => {
    const key = `${index}:${part}`;
    if (/^`[^`]+`$/.test(part)) {
      return (
        <code key={key} className="code rounded bg-sunk px-1 py-0.5">
          {part.slice(1, -1)}
        </code>
      );
    }
    return part.startsWith("**") && part.endsWith("**") && part.length > 4 ? <strong key={key}>{part.slice(2, -2)}</strong> : <Fragment key={key}>{part}</Fragment>;
  });
}

export function Prose({ text }: { text: string }) {
  return (
    <div className="space-y-2 [overflow-wrap:anywhere]">
      {blocks(text).map((block, index) => {
        const key = `${index}:${block.kind}`;
        if (block.kind === "code") {
          return (
            <pre key={key} className="code overflow-x-auto rounded-lg bg-sunk p-2.5" tabIndex={0}>
              {block.lines.join("\n")}
            </pre>
          );
        }
        if (block.kind === "list") {
          return (
            <ul key={key} className="list-disc space-y-0.5 pl-5">
              {block.lines.map((line, at) => (
                <li key={`${at}:${line}`}>{inline(line)}</li>
              ))}
            </ul>
          );
        }
        return (
          <p key={key} className="whitespace-pre-wrap">
            {inline(block.lines.join("\n"))}
          </p>
        );
      })}
    </div>
  );
}
