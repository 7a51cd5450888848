import { beforeEach, describe, expect, it } from "vitest";

import type { Frame } from "../src/api/types";
import { backoff, EventStream, type Socket, type StreamStatus } from "../src/live/stream";

class FakeSocket implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  closed = false;
  constructor(readonly address: string) {}
  close() {
    this.closed = true;
  }
  say(frame: Frame | { seq: number; event: { type: string } }) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** Timers that run when told. */
class Clock {
  waiting: { run: () => void; ms: number }[] = [];
  set = (run: () => void, ms: number) => {
    const timer = { run, ms };
    this.waiting.push(timer);
    return timer;
  };
  clear = (timer: unknown) => {
    this.waiting = this.waiting.filter((other) => other !== timer);
  };
  next() {
    const timer = this.waiting.shift();
    timer?.run();
    return timer?.ms;
  }
}

let sockets: FakeSocket[];
let clock: Clock;
let seen: number[];
let said: StreamStatus[];
let resets: number;
let downs: number;

const last = () => sockets.at(-1) as FakeSocket;

function stream(after: number | null): EventStream {
  return new EventStream({
    address: (seq) => `ws?after=${seq}`,
    after,
    onEvent: (seq) => seen.push(seq),
    onStatus: (status) => said.push(status),
    onReset: () => void (resets += 1),
    onDown: () => void (downs += 1),
    open: (address) => {
      sockets.push(new FakeSocket(address));
      return last();
    },
    random: () => 1,
    timers: clock,
  });
}

const event = (seq: number) => ({ seq, event: { type: "job.started.v1" } });

beforeEach(() => {
  sockets = [];
  clock = new Clock();
  seen = [];
  said = [];
  resets = 0;
  downs = 0;
});

describe("an event stream", () => {
  it("catches up, then is live", () => {
    stream(7);
    expect(last().address).toBe("ws?after=7");
    last().onopen?.();
    last().say(event(8));
    last().say({ live: true, seq: 8 });
    expect(seen).toEqual([8]);
    expect(said).toEqual(["connecting", "catching_up", "live"]);
    expect(clock.waiting).toEqual([]);
  });

  it("resumes behind the last event that it handed on, without a gap and without a double", () => {
    stream(0);
    last().say(event(1));
    last().say(event(2));
    last().onclose?.();
    clock.next();
    expect(last().address).toBe("ws?after=2");
    last().say(event(2));
    last().say(event(3));
    expect(seen).toEqual([1, 2, 3]);
  });

  it("does not move by what `live` says: an event before it may still be on its way", () => {
    stream(5);
    last().say({ live: true, seq: 90 });
    last().onclose?.();
    clock.next();
    expect(last().address).toBe("ws?after=5");
  });

  it("that began from now on takes its place from `live`", () => {
    stream(null);
    last().say({ live: true, seq: 90 });
    last().onclose?.();
    clock.next();
    expect(last().address).toBe("ws?after=90");
  });

  it("waits longer each time, and begins anew once it was live", () => {
    stream(0);
    const waits = [0, 1, 2].map(() => {
      last().onclose?.();
      return clock.next();
    });
    expect(waits).toEqual([250, 500, 1000]);
    last().say({ live: true, seq: 0 });
    last().onclose?.();
    expect(clock.next()).toBe(250);
    expect(downs).toBe(4);
  });

  it("takes another socket when one hangs", () => {
    stream(0);
    const hung = last();
    clock.next();
    expect(hung.closed).toBe(true);
    expect(said.at(-1)).toBe("reconnecting");
  });

  it("ignores a socket that it has given up", () => {
    stream(0);
    const old = last();
    const tell = old.onmessage;
    old.onclose?.();
    clock.next();
    tell?.({ data: JSON.stringify(event(9)) });
    expect(seen).toEqual([]);
  });

  it("tells of a reset and goes on from where the server begins", () => {
    stream(3);
    last().say({ reset: true, seq: 40 });
    last().say(event(40));
    expect(resets).toBe(1);
    expect(seen).toEqual([40]);
    expect(last().closed).toBe(false);
  });

  it("wakes at once when asked, but leaves a living connection alone", () => {
    const mine = stream(0);
    mine.wake();
    expect(sockets).toHaveLength(1);
    last().onclose?.();
    mine.wake();
    expect(sockets).toHaveLength(2);
    expect(clock.waiting).toHaveLength(1);
  });

  it("stays closed", () => {
    const mine = stream(0);
    mine.close();
    mine.wake();
    expect(last().closed).toBe(true);
    expect(sockets).toHaveLength(1);
    expect(clock.waiting).toEqual([]);
    expect(said.at(-1)).toBe("closed");
  });
});

describe("the back-off", () => {
  it("is half chance, doubles and has a bound", () => {
    expect(backoff(0, () => 0)).toBe(125);
    expect(backoff(0, () => 1)).toBe(250);
    expect(backoff(3, () => 0)).toBe(1000);
    expect(backoff(30, () => 1)).toBe(10_000);
  });
});
