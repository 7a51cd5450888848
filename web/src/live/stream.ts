import type { Event, Frame, ModelProgress } from "../api/types";

/** `connecting` is the first try; `reconnecting` every later one. */
export type StreamStatus = "connecting" | "catching_up" | "live" | "reconnecting" | "closed";

export interface Socket {
  onopen: (() => void) | null;
  onmessage: ((message: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  onerror: (() => void) | null;
  close(): void;
}

export interface StreamOptions {
  /** The address for a stream that goes on after `seq` (null: from now on). */
  address: (seq: number | null) => string;
  after: number | null;
  onEvent: (seq: number, event: Event) => void;
  /** What happens just now, and is told once. */
  onNow?: (progress: ModelProgress) => void;
  onStatus: (status: StreamStatus) => void;
  /** The server no longer has all that came after our number, and goes on with what it has: fetch everything anew. */
  onReset: () => void;
  /** A connection was lost or refused; a browser does not say why, so the owner may ask over HTTP. */
  onDown?: () => void;
  open?: (address: string) => Socket;
  random?: () => number;
  timers?: { set: (run: () => void, ms: number) => unknown; clear: (timer: unknown) => void };
}

const FIRST_DELAY = 250;
const LAST_DELAY = 10_000;
/** No frame for this long while connecting or catching up: the socket hangs, take another. */
const PATIENCE = 10_000;

/** The wait before try `attempt` (from 0): exponential, and half of it by chance, so that pages do not come back all at once. */
export function backoff(attempt: number, random: () => number): number {
  const full = Math.min(LAST_DELAY, FIRST_DELAY * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}

/**
 * One WebSocket that comes back by itself and never tells an event twice: it resumes after the last number it handed on,
 * and drops numbers it has seen.
 */
export class EventStream {
  private readonly options: StreamOptions;
  private readonly open: (address: string) => Socket;
  private readonly random: () => number;
  private readonly timers: NonNullable<StreamOptions["timers"]>;
  private socket: Socket | null = null;
  private timer: unknown = null;
  private attempt = 0;
  private last: number | null;
  private done = false;

  constructor(options: StreamOptions) {
    this.options = options;
    this.last = options.after;
    this.open = options.open ?? ((address) => new WebSocket(address) as unknown as Socket);
    this.random = options.random ?? Math.random;
    this.timers = options.timers ?? {
      set: (run, ms) => setTimeout(run, ms),
      clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    };
    this.connect("connecting");
  }

  /** The number of the last event handed on. */
  get seq(): number | null {
    return this.last;
  }

  close(): void {
    if (this.done) return;
    this.done = true;
    this.drop();
    this.options.onStatus("closed");
  }

  /** Try now instead of waiting out the back-off. Does nothing on a living connection. */
  wake(): void {
    if (this.done || this.socket) return;
    this.attempt = 0;
    this.connect("reconnecting");
  }

  private connect(status: StreamStatus): void {
    this.drop();
    this.options.onStatus(status);
    const socket = this.open(this.options.address(this.last));
    this.socket = socket;
    this.wait(() => this.lose(socket), PATIENCE);
    socket.onopen = () => {
      if (this.socket === socket) this.options.onStatus("catching_up");
    };
    socket.onmessage = ({ data }) => {
      if (this.socket === socket) this.take(JSON.parse(String(data)) as Frame, socket);
    };
    socket.onclose = () => this.lose(socket);
    socket.onerror = () => this.lose(socket);
  }

  private take(frame: Frame, socket: Socket): void {
    if ("reset" in frame) {
      this.last = frame.seq === undefined ? null : frame.seq - 1;
      this.options.onReset();
      return;
    }
    if ("live" in frame) {
      this.attempt = 0;
      this.clearTimer();
      // Only a stream that began "from now on" takes its place from here: others move by the events they handed on.
      this.last ??= frame.seq;
      this.options.onStatus("live");
      return;
    }
    if ("now" in frame) {
      this.options.onNow?.(frame.now);
      return;
    }
    if (this.timer !== null) this.wait(() => this.lose(socket), PATIENCE);
    if (this.last !== null && frame.seq <= this.last) return;
    this.last = frame.seq;
    this.options.onEvent(frame.seq, frame.event);
  }

  private lose(socket: Socket): void {
    if (this.done || this.socket !== socket) return;
    this.drop();
    this.options.onStatus("reconnecting");
    this.wait(() => this.connect("reconnecting"), backoff(this.attempt++, this.random));
    this.options.onDown?.();
  }

  private wait(run: () => void, ms: number): void {
    this.clearTimer();
    this.timer = this.timers.set(run, ms);
  }

  private clearTimer(): void {
    if (this.timer !== null) this.timers.clear(this.timer);
    this.timer = null;
  }

  private drop(): void {
    this.clearTimer();
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
    socket.close();
  }
}

/** Where this page's stream is: the same origin, as a WebSocket. */
export function streamAddress(project: string | null, seq: number | null): string {
  const address = new URL("/api/v2/ws", location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  if (project) address.searchParams.set("project", project);
  if (seq !== null) address.searchParams.set("after", String(seq));
  return address.href;
}
