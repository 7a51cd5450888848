// Runs first in the page of a preview and tells the platform what goes wrong in it. It is not part of the application.
(() => {
  const send = window.fetch.bind(window);
  const told = new Set();

  function tell(source, text, detail) {
    const said = String(text || "").trim().slice(0, 500);
    const key = `${source} ${said}`;
    if (!said || told.has(key) || told.size >= 20) return;
    told.add(key);
    const where = (location.pathname + location.hash).slice(0, 300);
    const body = JSON.stringify({ source, text: said, detail: String(detail || "").slice(0, 4000), where });
    send("/.barnraise/trouble", { method: "POST", headers: { "Content-Type": "application/json" }, body, keepalive: true }).catch(() => {});
  }

  function shown(value) {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    if (typeof value === "string") return value;
    try {
      return JSON.stringify(value);
    } catch {
      return String(value);
    }
  }

  addEventListener(
    "error",
    (event) => {
      const from = event.target;
      if (event instanceof ErrorEvent) tell("script", event.message, event.error?.stack || `${event.filename}:${event.lineno}`);
      else if (from instanceof Element) tell("request", `${from.localName} could not be loaded: ${from.src || from.href || ""}`);
    },
    true,
  );
  addEventListener("unhandledrejection", (event) => {
    if (event.reason?.name !== "AbortError") tell("script", `Unhandled rejection: ${shown(event.reason)}`, event.reason?.stack);
  });

  const error = console.error.bind(console);
  console.error = (...values) => {
    tell("console", values.map(shown).join(" "), values.find((value) => value instanceof Error)?.stack);
    error(...values);
  };

  window.fetch = async (input, init) => {
    const asked = input instanceof Request ? input : undefined;
    const method = (init?.method || asked?.method || "GET").toUpperCase();
    const address = String(asked?.url || input).replace(location.origin, "").split("?")[0];
    try {
      const answer = await send(input, init);
      if (answer.status >= 500) tell("request", `${method} ${address} was answered with ${answer.status}`);
      return answer;
    } catch (failure) {
      if (failure?.name !== "AbortError" && navigator.onLine) tell("request", `${method} ${address} was not answered`, failure?.stack);
      throw failure;
    }
  };
})();
