import { execFile } from "node:child_process";
import { createServer } from "node:http";

interface Lamp {
  id: number;
  name: string;
}

const lamps: Lamp[] = [{ id: 1, name: "Desk" }];

export function find(id: number): Lamp | undefined {
  return lamps.find((lamp) => lamp.id === id);
}

export function version(done: (text: string) => void): void {
  execFile("git", ["describe"], (error, text) => done(error ? "unknown" : text));
}

createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(find(Number(request.url?.slice(1)))));
}).listen(8000);
