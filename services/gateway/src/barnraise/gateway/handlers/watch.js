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

  const bare = (address) => String(address).replace(location.origin, "").split("?")[0];

  function heard(method, address, status) {
    if (status >= 500) tell("request", `${method.toUpperCase()} ${bare(address)} was answered with ${status}`);
  }

  function missed(method, address, stack) {
    if (navigator.onLine) tell("request", `${method.toUpperCase()} ${bare(address)} was not answered`, stack);
  }

  window.fetch = async (input, init) => {
    const asked = input instanceof Request ? input : undefined;
    const [method, address] = [init?.method || asked?.method || "GET", asked?.url || input];
    try {
      const answer = await send(input, init);
      heard(method, address, answer.status);
      return answer;
    } catch (failure) {
      if (failure?.name !== "AbortError") missed(method, address, failure?.stack);
      throw failure;
    }
  };

  const opened = new WeakMap();
  const open = XMLHttpRequest.prototype.open;
  XMLHttpRequest.prototype.open = function (method, address, ...more) {
    if (!opened.has(this)) {
      this.addEventListener("load", () => heard(...opened.get(this), this.status));
      this.addEventListener("error", () => missed(...opened.get(this)));
    }
    opened.set(this, [String(method), address]);
    return open.call(this, method, address, ...more);
  };
})();
