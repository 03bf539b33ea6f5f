import { classes } from "./classes.ts";

interface Amount {
  done: number;
  /** Undefined: nobody knows how much there is. */
  total: number | undefined;
}

const COLOURS = { accent: "bg-accent-fill", running: "bg-running" } as const;

/** How far something is, as a bar. */
export function Bar({ label, done, total, colour = "accent" }: Amount & { label: string; colour?: keyof typeof COLOURS }) {
  const isKnown = total !== undefined && total > 0;
  return (
    <div
      role="progressbar"
      aria-label={label}
      {...(isKnown && { "aria-valuemin": 0, "aria-valuemax": total, "aria-valuenow": Math.max(0, Math.min(done, total)) })}
      className="h-1 overflow-hidden rounded-full bg-hover"
    >
      <div
        className={classes(
          "h-full w-full origin-left rounded-full transition-transform duration-(--calm)",
          COLOURS[colour],
          total === undefined && "motion-safe:animate-pulse",
        )}
        style={{ transform: `scaleX(${isKnown ? shareOf(done, total) : total === undefined ? 0.35 : 0})` }}
      />
    </div>
  );
}

/** How far something is, in words and as a bar. */
export function ProgressBar({ label, done, total }: Amount & { label: string }) {
  return (
    <div className="flex flex-col gap-1.5">
      <p role="status" className="text-ink-muted text-xs tabular-nums">
        {label}: {done.toLocaleString("en")}
        {total !== undefined && ` of ${total.toLocaleString("en")}`}
      </p>
      <Bar label={label} done={done} total={total} />
    </div>
  );
}

interface NodeProgressProps {
  value: number;
  total?: number | undefined;
  message?: string | undefined;
}

/** How far a node is that runs; its text is as large as what is around it. */
export function NodeProgress({ value, total, message = "Progress" }: NodeProgressProps) {
  return (
    <div className="flex flex-col gap-1">
      <div className="flex justify-between gap-2 text-ink-muted">
        <span className="min-w-0 truncate">{message}</span>
        <span className="shrink-0 tabular-nums">{amountText(value, total)}</span>
      </div>
      <Bar label={message} done={value} total={total || undefined} colour="running" />
    </div>
  );
}

/** "3 of 10" for things that are counted, per cent for the rest. */
function amountText(value: number, total: number | undefined): string {
  if (!total) return value.toLocaleString("en");
  const isCounted = Number.isInteger(value) && Number.isInteger(total) && total > 1 && total !== 100;
  return isCounted ? `${value.toLocaleString("en")} of ${total.toLocaleString("en")}` : `${Math.round(shareOf(value, total) * 100)} %`;
}

function shareOf(done: number, total: number): number {
  return Math.max(0, Math.min(1, done / total));
}
