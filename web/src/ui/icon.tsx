const PATHS = {
  alert: "M8 5.5v3M8 11h.01M7 2.6 1.7 12a1.2 1.2 0 0 0 1 1.8h10.6a1.2 1.2 0 0 0 1-1.8L9 2.6a1.2 1.2 0 0 0-2 0Z",
  branch: "M5 3.5v9M5 3.5a1.5 1.5 0 1 0 0-.01M5 14a1.5 1.5 0 1 0 0-.01M11 5.5a1.5 1.5 0 1 0 0-.01M11 7c0 3-6 2-6 4.5",
  chat: "M2.5 3.5h11v8h-6l-3 2.5v-2.5h-2Z",
  check: "m3 8.5 3.2 3.2L13 4.8",
  chevron: "m6 3.5 4.5 4.5L6 12.5",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2 1.6",
  close: "m3.5 3.5 9 9M12.5 3.5l-9 9",
  clip: "m13 7.4-5.5 5.5a3.3 3.3 0 0 1-4.7-4.7l5.8-5.8a2.2 2.2 0 0 1 3.1 3.1l-5.7 5.7a1.1 1.1 0 0 1-1.6-1.6l5.2-5.2",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  dash: "M4 8h8",
  download: "M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M2.5 13.5h11",
  edit: "m3 13 .6-2.8 7.2-7.2 2.2 2.2-7.2 7.2L3 13Z",
  external: "M9.5 2.5h4v4M13.5 2.5 8 8M11.5 9.5v4h-9v-9h4",
  file: "M4 1.8h5l3.2 3.2v9.2H4ZM8.8 1.8v3.4h3.4",
  folder: "M1.8 3.5h4.4l1.6 1.8h6.4v7.7H1.8Z",
  frame: "M1.8 7.8 4.4 4 8 1.9l3.6 2.1 2.6 3.8M3.8 5.5v8.6h8.4V5.5M3.8 8.4h8.4M3.8 14.1l8.4-5.7M12.2 14.1 3.8 8.4",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 7.5V11M8 5h.01",
  link: "M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.4-2.4a2.6 2.6 0 0 0-3.7-3.7l-1 1M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.1 9.2a2.6 2.6 0 0 0 3.7 3.7l1-1",
  moon: "M13.2 9.6A5.8 5.8 0 0 1 6.4 2.8a5.8 5.8 0 1 0 6.8 6.8Z",
  offline: "M2 2l12 12M8 13h.01M5.5 10.2a3.6 3.6 0 0 1 4-.7M2.8 7.3a7.5 7.5 0 0 1 3-1.8M13.2 7.3A7.5 7.5 0 0 0 8 5.1",
  play: "M5 3.2v9.6l8-4.8Z",
  redo: "M13 7H6.5a3.5 3.5 0 0 0 0 7H9M13 7l-3.2-3.2M13 7 9.8 10.2",
  reload: "M13 8a5 5 0 1 1-1.5-3.6L13.3 6M13.3 2.6V6h-3.4",
  screen: "M2 3h12v8H2ZM5.5 13.8h5",
  send: "M8 13V3M3.8 7.2 8 3l4.2 4.2",
  stop: "M4 4h8v8H4Z",
  sun: "M8 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8 1.2v1.4M8 13.4v1.4M1.2 8h1.4M13.4 8h1.4M3.2 3.2l1 1M11.8 11.8l1 1M12.8 3.2l-1 1M4.2 11.8l-1 1",
  trash: "M2.5 4.2h11M6 4V2.4h4V4M4 4.5l.6 9.2h6.8l.6-9.2M6.7 7v4M9.3 7v4",
  undo: "M3 7h6.5a3.5 3.5 0 0 1 0 7H7M3 7l3.2-3.2M3 7l3.2 3.2",
} as const;

export type IconName = keyof typeof PATHS;

/** A line drawing of 16 px, hidden from screen readers: the text beside it, or a label, says what it means. */
export function Icon({ name, className = "size-4" }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`shrink-0 ${className}`} fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

export function Spinner({ className = "size-4" }: { className?: string }) {
  return (
    <svg viewBox="0 0 16 16" className={`shrink-0 animate-spin ${className}`} fill="none" strokeWidth="2" strokeLinecap="round" aria-hidden="true">
      <circle cx="8" cy="8" r="6" className="stroke-current opacity-20" />
      <path d="M14 8a6 6 0 0 0-6-6" className="stroke-current" />
    </svg>
  );
}
