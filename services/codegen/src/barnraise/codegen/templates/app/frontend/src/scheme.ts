import { useState } from "react";

export type Scheme = "auto" | "light" | "dark";
const NEXT: Record<Scheme, Scheme> = { auto: "light", light: "dark", dark: "auto" };
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Scheme {
  return (remembered() ?? document.documentElement.dataset.scheme ?? "auto") as Scheme;
}

// In a frame of another site the browser may refuse storage; then the choice lasts as long as the page.
let last: string | null = null;

function remembered(): string | null {
  try {
    return localStorage.getItem("scheme") ?? last;
  } catch {
    return last;
  }
}

function remember(scheme: Scheme): void {
  last = scheme;
  try {
    localStorage.setItem("scheme", scheme);
  } catch {
    return;
  }
}

function apply(): void {
  const scheme = chosen();
  document.documentElement.classList.toggle("dark", scheme === "dark" || (scheme === "auto" && system.matches));
}

system.addEventListener("change", apply);

/** The colour scheme, and a function that goes on to the next one. */
export function useScheme(): [Scheme, () => void] {
  const [scheme, setScheme] = useState(chosen);
  function next(): void {
    remember(NEXT[scheme]);
    apply();
    setScheme(NEXT[scheme]);
  }
  return [scheme, next];
}
