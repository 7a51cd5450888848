const FRAME = "M4.5 15.5 9 8.5l7-4 7 4 4.5 7M8 12.5V27h16V12.5M8 17h16M8 27l16-10M24 27 8 17";

/** A barn's frame, freshly raised. */
export function Mark({ className = "size-7" }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={`shrink-0 ${className}`} aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#a5321f" />
      <path d={FRAME} fill="none" stroke="#fff6ea" strokeWidth="1.9" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

export function Wordmark() {
  return (
    <span className="flex items-center gap-2.5">
      <Mark />
      <span className="text-[17px] font-semibold tracking-tight">Barnraise</span>
    </span>
  );
}

const BENTS = [0, 1, 2, 3, 4];

/** The timber frame of a whole barn, seen along its length, for the space above the first sentence. Decoration only. */
export function FrameDrawing({ className }: { className?: string }) {
  const rails = (x: number, y: number) => `M${x} ${y}l360 -36`;
  return (
    <svg viewBox="0 0 500 132" className={className} fill="none" stroke="currentColor" strokeWidth="1.2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {BENTS.map((bent) => (
        <path key={bent} transform={`translate(${12 + bent * 90} ${42 - bent * 9})`} d="M0 88V42l20-27L52 0l32 15 20 27v46M0 42h104M20 15h64M52 0v42M0 60l18-18M104 60 86 42" />
      ))}
      <path d={[rails(12, 84), rails(32, 57), rails(64, 42), rails(96, 57), rails(116, 84), rails(12, 130), rails(116, 130)].join("")} />
    </svg>
  );
}
