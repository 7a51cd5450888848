export type Tone = "plain" | "comment" | "string" | "keyword" | "number";
export interface Piece {
  tone: Tone;
  text: string;
}

const KEYWORDS =
  "and as assert async await break case catch class const continue def default del do elif else enum except export extends finally for from function global if implements import in instanceof interface is lambda let match new not null None of or pass raise return self static switch this throw True False true false try type typeof undefined var void while with yield";

const HASH = "#[^\\n]*";
const SLASH = "\\/\\/[^\\n]*|\\/\\*[\\s\\S]*?(?:\\*\\/|$)";
const STRING = "\"\"\"[\\s\\S]*?(?:\"\"\"|$)|'''[\\s\\S]*?(?:'''|$)|\"(?:\\\\.|[^\"\\\\\\n])*\"?|'(?:\\\\.|[^'\\\\\\n])*'?|`(?:\\\\.|[^`\\\\])*`?";
const grammar = (comment: string) =>
  new RegExp(`(${comment})|(${STRING})|\\b(${KEYWORDS.replaceAll(" ", "|")})\\b|\\b(\\d[\\w.]*)\\b`, "g");

const GRAMMARS: Record<string, RegExp> = Object.fromEntries([
  ...["py", "toml", "yaml", "yml", "sh", "cfg", "ini", "dockerfile", "makefile"].map((name) => [name, grammar(HASH)]),
  ...["ts", "tsx", "js", "jsx", "mjs", "json", "css"].map((name) => [name, grammar(SLASH)]),
]);
const TONES: Tone[] = ["comment", "string", "keyword", "number"];
const LIMIT = 200_000;

/** The lines of a source file, each in coloured pieces. Light by design: comments, strings, keywords, numbers. */
export function colour(path: string, source: string): Piece[][] {
  const name = path.split("/").at(-1)?.toLowerCase() ?? "";
  const pattern = source.length <= LIMIT ? GRAMMARS[name.includes(".") ? (name.split(".").at(-1) ?? "") : name] : undefined;
  const lines: Piece[][] = [[]];
  const put = (tone: Tone, text: string) => {
    text.split("\n").forEach((part, index) => {
      if (index) lines.push([]);
      if (part) lines.at(-1)?.push({ tone, text: part });
    });
  };
  let at = 0;
  for (const found of pattern ? source.matchAll(pattern) : []) {
    put("plain", source.slice(at, found.index));
    put(TONES[found.slice(1).findIndex((group) => group !== undefined)] ?? "plain", found[0]);
    at = found.index + found[0].length;
  }
  put("plain", source.slice(at));
  return lines;
}
