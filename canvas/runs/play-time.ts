import type { RunEvent } from "#runtime/run/events.ts";

/** A run that waited for days is not watched for days: no pause is played longer than this, in milliseconds. */
const LONGEST_PAUSE_MS = 1_500;

/** By event: milliseconds from the beginning at which it is played at the run's own speed, long pauses cut. */
export function playTimes(events: readonly RunEvent[]): Float64Array {
  const times = new Float64Array(events.length);
  let [time, before] = [0, Number.NaN];
  for (const [index, event] of events.entries()) {
    const at = Date.parse(event.at);
    if (index > 0) time += Math.min(LONGEST_PAUSE_MS, Math.max(0, at - before));
    times[index] = time;
    before = at;
  }
  return times;
}

/** Number of the last event that has been played by a time. */
export function playedBy(times: Float64Array, time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Number of the last event that had happened at an instant (milliseconds since 1970). */
export function eventAt(events: readonly RunEvent[], instant: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Date.parse(events[middle]?.at ?? "") <= instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
