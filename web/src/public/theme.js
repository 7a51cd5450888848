// Before the first paint: the scheme that this reader chose, or the system's.
try {
  const scheme = localStorage.getItem("barnraise:theme");
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.theme = scheme;
} catch {
  // Storage is blocked: the system's scheme holds.
}
