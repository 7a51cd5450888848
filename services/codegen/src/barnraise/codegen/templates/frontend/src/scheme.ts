import { useState } from "react";

export type Scheme = "auto" | "light" | "dark";
const NEXT: Record<Scheme, Scheme> = { auto: "light", light: "dark", dark: "auto" };
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Scheme {
  return (localStorage.getItem("scheme") ?? document.documentElement.dataset.scheme ?? "auto") as Scheme;
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
    localStorage.setItem("scheme", NEXT[scheme]);
    apply();
    setScheme(NEXT[scheme]);
  }
  return [scheme, next];
}
