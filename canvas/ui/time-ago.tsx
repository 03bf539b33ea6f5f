import { useEffect, useState } from "react";

const UNITS = [
  { unit: "second", ms: 1_000, below: 60_000 },
  { unit: "minute", ms: 60_000, below: 3_600_000 },
  { unit: "hour", ms: 3_600_000, below: 86_400_000 },
  { unit: "day", ms: 86_400_000, below: 30 * 86_400_000 },
] as const;
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });
const absolute = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/** "3 min. ago"; a date when it is over a month ago. */
export function formatTimeAgo(time: string, now: number): string {
  const passed = Math.max(0, now - Date.parse(time));
  if (passed < 5_000) return "just now";
  const found = UNITS.find(({ below }) => passed < below);
  return found ? relative.format(-Math.floor(passed / found.ms), found.unit) : new Intl.DateTimeFormat("en", { dateStyle: "medium" }).format(new Date(time));
}

/** "840 ms", "2.4 s", "3 min 5 s". */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** How long ago an instant was, kept up to date; the exact time on hover. */
export function TimeAgo({ time }: { time: string }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), Date.now() - Date.parse(time) < 60_000 ? 5_000 : 30_000);
    return () => clearInterval(timer);
  }, [time]);
  return (
    <time dateTime={time} title={absolute.format(new Date(time))} className="whitespace-nowrap tabular-nums">
      {formatTimeAgo(time, now)}
    </time>
  );
}
