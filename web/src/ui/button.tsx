import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ReactNode } from "react";

import { Icon, type IconName, Spinner } from "./icon";

type Look = "primary" | "secondary" | "quiet" | "danger";
type Size = "md" | "sm";

const LOOKS: Record<Look, string> = {
  primary: "bg-barn text-on-barn hover:not-disabled:bg-barn-deep border-transparent",
  secondary: "bg-board text-ink border-edge hover:not-disabled:bg-hover",
  quiet: "bg-transparent text-soft border-transparent hover:not-disabled:bg-hover hover:not-disabled:text-ink",
  danger: "bg-bad text-on-barn border-transparent hover:not-disabled:opacity-90",
};
const SIZES: Record<Size, string> = { md: "h-9 px-3.5 text-sm gap-2", sm: "h-7 px-2.5 text-[13px] gap-1.5" };

function classes(look: Look, size: Size, extra: string): string {
  return `inline-flex items-center justify-center whitespace-nowrap rounded-lg border font-medium select-none transition-colors disabled:opacity-50 ${LOOKS[look]} ${SIZES[size]} ${extra}`;
}

interface Common {
  look?: Look;
  size?: Size;
  icon?: IconName;
  children?: ReactNode;
}

export function Button({ look = "secondary", size = "md", icon, busy = false, className = "", children, ...rest }: Common & { busy?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button type="button" data-primary={look === "primary" || undefined} className={classes(look, size, className)} aria-busy={busy || undefined} {...rest}>
      {busy ? <Spinner /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A button of an icon alone; `label` is its name for everyone who does not see the drawing, and its tooltip. */
export function IconButton({ label, icon, busy = false, className = "", ...rest }: { label: string; icon: IconName; busy?: boolean } & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-lg text-soft transition-colors hover:not-disabled:bg-hover hover:not-disabled:text-ink disabled:opacity-40 ${className}`}
      {...rest}
    >
      {busy ? <Spinner /> : <Icon name={icon} />}
    </button>
  );
}

export function LinkButton({ look = "secondary", size = "md", icon, className = "", children, ...rest }: Common & AnchorHTMLAttributes<HTMLAnchorElement>) {
  return (
    <a data-primary={look === "primary" || undefined} className={classes(look, size, className)} {...rest}>
      {icon && <Icon name={icon} />}
      {children}
    </a>
  );
}
