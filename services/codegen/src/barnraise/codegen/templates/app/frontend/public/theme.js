// Runs before the first paint, so that a dark page never flashes white.
(() => {
  const root = document.documentElement;
  let chosen = root.dataset.scheme;
  try {
    chosen = localStorage.getItem("scheme") ?? chosen;
  } catch {
    // In a frame of another site the browser may refuse storage.
  }
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.toggle("dark", dark);
})();
