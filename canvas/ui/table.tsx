import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";

/** A plain table: `Table > thead > tr > HeadCell`, `tbody > Row > Cell`. */
export function Table({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="overflow-x-auto rounded-lg border border-line bg-surface">
      <table aria-label={label} className="w-full border-collapse text-left text-sm">
        {children}
      </table>
    </div>
  );
}

export function HeadCell({ className, ...rest }: ComponentProps<"th">) {
  return <th scope="col" {...rest} className={classes("h-8 whitespace-nowrap border-line border-b px-3 font-medium text-ink-faint text-xs", className)} />;
}

/** Above the buttons of the rows. */
export function ActionsHeadCell({ className }: { className: string }) {
  return (
    <HeadCell className={className}>
      <span className="sr-only">Actions</span>
    </HeadCell>
  );
}

export function Row({ className, ...rest }: ComponentProps<"tr">) {
  return <tr {...rest} className={classes("border-line border-b last:border-b-0 hover:bg-hover", className)} />;
}

export function Cell({ className, ...rest }: ComponentProps<"td">) {
  return <td {...rest} className={classes("h-10 px-3 align-middle", className)} />;
}
