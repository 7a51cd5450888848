// Runs before the first paint, so that a dark page never flashes white.
(() => {
  const root = document.documentElement;
  const chosen = localStorage.getItem("scheme") ?? root.dataset.scheme;
  const dark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.classList.toggle("dark", dark);
})();
