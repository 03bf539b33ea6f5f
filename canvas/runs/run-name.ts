import { idTime, type RunId } from "#runtime/graph/ids.ts";

const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

/** What a run is called among others of its graph: "the run of 14:03:27", with the day when it is not of today. */
export function runName(run: RunId, now = Date.now()): string {
  const time = idTime(run);
  if (time === undefined) return `run ${run.slice(-6)}`;
  const isToday = new Date(time).toDateString() === new Date(now).toDateString();
  return `the run of ${isToday ? "" : `${day.format(time)}, `}${clock.format(time)}`;
}
