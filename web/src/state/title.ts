import { useEffect } from "react";

/** The page's title: what it is about, then the product. */
export function useTitle(...parts: (string | null | undefined)[]): void {
  const title = [...parts.filter(Boolean), "Barnraise"].join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
}
