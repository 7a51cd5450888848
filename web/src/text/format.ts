/** `40 ms`, `0.4 s`, `12.3 s`, `2 min 5 s`. */
export function duration(seconds: number): string {
  const shown = Math.max(0, seconds);
  if (shown > 0 && shown < 0.095) return `${Math.max(1, Math.round(shown * 1000))} ms`;
  if (shown < 99.95) return `${shown.toFixed(1)} s`;
  const whole = Math.round(shown);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** `3 minutes ago`; within a minute `just now`. */
export function ago(at: string, now: number): string {
  const seconds = (now - Date.parse(at)) / 1000;
  const [unit, size] = UNITS.find(([, least]) => seconds >= least) ?? ["second", 0];
  if (!size) return "just now";
  return new Intl.RelativeTimeFormat("en", { numeric: "always" }).format(-Math.floor(seconds / size), unit);
}

export function clockTime(at: string): string {
  return new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}

export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  if (size < 1_000_000) return `${(size / 1_000).toFixed(1)} kB`;
  return `${(size / 1_000_000).toFixed(1)} MB`;
}

/** Dollars with as many digits as say something: `$1.25`, `$0.00420`. */
export function dollars(amount: string | number): string {
  const value = Number(amount);
  return `$${value.toFixed(value >= 1 || value === 0 ? 2 : value >= 0.01 ? 3 : 5)}`;
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

export const short = (commit: string): string => commit.slice(0, 7);
