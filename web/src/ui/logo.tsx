const FRAME = "M6 15.5 10 9l6-3.5L22 9l4 6.5M8.5 13.5V26h15V13.5M8.5 17.5h15M12.5 26v-8.5M19.5 26v-8.5M12.5 26l7-8.5M19.5 26l-7-8.5";

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

/** The timber frame of a whole barn, for the empty space above the first sentence. Decoration only. */
export function FrameDrawing({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 640 200" className={className} fill="none" stroke="currentColor" strokeWidth="1.25" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {[0, 1, 2, 3].map((bent) => (
        <g key={bent} transform={`translate(${60 + bent * 120} ${bent * 0})`}>
          <path d="M0 190V92l34-46L80 22l46 24 34 46v98" />
          <path d="M0 92h160M34 46h92M34 92v98M126 92v98M34 112 14 92M34 112l20-20M126 112l20-20M126 112l-20-20M80 22v70M57 92l23-24 23 24" />
        </g>
      ))}
      <path d="M140 22h360M94 46h360M60 92h360M186 46h360M220 92h360M10 190h620" />
    </svg>
  );
}
