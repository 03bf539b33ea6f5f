/** How far something is, in words and as a bar. `total` undefined: nobody knows how much there is. */
export function ProgressBar({ label, done, total }: { label: string; done: number; total: number | undefined }) {
  const part = total === undefined || total === 0 ? 0 : Math.min(1, done / total);
  return (
    <div className="flex flex-col gap-1.5">
      <p role="status" className="text-ink-muted text-xs tabular-nums">
        {label}: {done.toLocaleString("en")}
        {total !== undefined && ` of ${total.toLocaleString("en")}`}
      </p>
      <div
        role="progressbar"
        aria-label={label}
        {...(total !== undefined && { "aria-valuemin": 0, "aria-valuemax": total, "aria-valuenow": done })}
        className="h-1.5 overflow-hidden rounded-full bg-hover"
      >
        <div
          className={total === undefined ? "h-full w-1/3 rounded-full bg-accent-fill motion-safe:animate-pulse" : "h-full rounded-full bg-accent-fill"}
          style={total === undefined ? undefined : { width: `${part * 100}%` }}
        />
      </div>
    </div>
  );
}
