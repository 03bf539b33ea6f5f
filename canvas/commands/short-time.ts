/** Day and minute, as the browser's language writes them: what is listed was not long ago. */
export function shortTime(time: string): string {
  return new Date(time).toLocaleString(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}
