import { useCallback, useState } from "react";

export type Theme = "auto" | "light" | "dark";

const KEY = "barnraise:theme";

/** The scheme that the reader chose; `auto` follows the system. `public/theme.js` sets it before the first paint. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => (document.documentElement.dataset.theme as Theme | undefined) ?? "auto");
  const choose = useCallback((next: Theme) => {
    setTheme(next);
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // Storage is blocked: the choice then lives as long as the page.
    }
  }, []);
  return [theme, choose];
}
