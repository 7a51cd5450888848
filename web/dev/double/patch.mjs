// A unified diff that is good enough to look at: one hunk around everything that differs.
const AROUND = 3;

export function patchOf(path, before, after) {
  if (before === after) return null;
  if ((before ?? after).includes("\0")) return { path, change: changeOf(before, after), added: 0, removed: 0, binary: true, patch: null };
  const old = linesOf(before);
  const now = linesOf(after);
  let top = 0;
  while (top < old.length && top < now.length && old[top] === now[top]) top++;
  let end = 0;
  while (end < old.length - top && end < now.length - top && old.at(-1 - end) === now.at(-1 - end)) end++;
  const removed = old.slice(top, old.length - end);
  const added = now.slice(top, now.length - end);
  const head = old.slice(Math.max(0, top - AROUND), top);
  const tail = end ? old.slice(old.length - end).slice(0, AROUND) : [];
  const start = top - head.length + 1;
  const size = (changed) => head.length + changed.length + tail.length;
  const body = [...head.map((line) => ` ${line}`), ...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`), ...tail.map((line) => ` ${line}`)];
  const names = `--- ${before === undefined ? "/dev/null" : `a/${path}`}\n+++ ${after === undefined ? "/dev/null" : `b/${path}`}`;
  const patch = `${names}\n@@ -${old.length ? start : 0},${size(removed)} +${now.length ? start : 0},${size(added)} @@\n${body.join("\n")}\n`;
  return { path, change: changeOf(before, after), added: added.length, removed: removed.length, binary: false, patch };
}

const changeOf = (before, after) => (before === undefined ? "added" : after === undefined ? "deleted" : "modified");
const linesOf = (text) => (text ? text.replace(/\n$/, "").split("\n") : []);
