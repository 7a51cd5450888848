import { describe, watts } from "./lamps.js";

const form = document.querySelector("form");
const list = document.getElementById("list");

async function load() {
  const answer = await fetch("/api/lamps");
  if (!answer.ok) {
    throw new Error(`The list cannot be read: ${answer.status}`);
  }
  const lamps = await answer.json();
  for (const lamp of lamps) {
    const item = document.createElement("li");
    item.textContent = describe(lamp);
    list.append(item);
  }
  document.title = `${watts(lamps)} W`;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  load().catch((error) => console.error(error));
});
