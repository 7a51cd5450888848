import { afterEach, expect, test, vi } from "vitest";
import { call } from "../src/api/client";

afterEach(() => vi.unstubAllGlobals());

/** A network that answers everything, and what was sent over it. */
function network(status: number) {
  const asked: RequestInit[] = [];
  const told: Promise<{ traceparent: string; name: string; seconds: number }>[] = [];
  vi.stubGlobal("fetch", async (_: string, request: RequestInit) => {
    asked.push(request);
    return new Response(status === 204 ? null : "{}", { status });
  });
  vi.stubGlobal("navigator", {
    sendBeacon: (_: string, body: Blob) => {
      told.push(body.text().then((text) => JSON.parse(text)));
      return true;
    },
  });
  return { asked, told };
}

const parent = (request: RequestInit | undefined) => new Headers(request?.headers).get("traceparent");

test("a command begins a trace, and tells of its click under the same name", async () => {
  const { asked, told } = network(200);
  await call("/projects", { method: "POST", body: {} });
  const [click] = await Promise.all(told);
  expect(parent(asked[0])).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(click).toMatchObject({ traceparent: parent(asked[0]), name: "click POST" });
  expect(click?.seconds).toBeGreaterThanOrEqual(0);
});

test("so does one that is refused; a look begins none", async () => {
  const { asked, told } = network(409);
  await expect(call("/projects/p1", { method: "PATCH", body: {} })).rejects.toThrow();
  await expect(call("/projects/p1")).rejects.toThrow();
  expect(asked.map(parent).filter(Boolean)).toHaveLength(1);
  expect(told).toHaveLength(1);
});
