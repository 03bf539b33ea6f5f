import type { ServerLog } from "#server/contract/mcp.ts";
import { classes } from "../ui/classes.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";

const LOUD = new Set(["error", "critical", "alert", "emergency"]);

/** What a server said of itself, the newest last. */
export function ServerLogLines({ lines }: { lines: ServerLog["items"] }) {
  return (
    <ScrollBox label="Server log" className="max-h-128 overflow-auto p-3">
      <ol className="flex flex-col gap-0.5 font-mono text-xs leading-5">
        {lines.map(({ at, level, logger, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a log never move
          <li key={index} className="flex gap-2">
            <time dateTime={at} className="shrink-0 text-ink-faint tabular-nums" title={at}>
              {new Date(at).toLocaleTimeString("en", { hour12: false })}
            </time>
            <span className={classes("w-16 shrink-0", LOUD.has(level) ? "text-danger" : level === "warning" ? "text-waiting" : "text-ink-faint")}>{level}</span>
            <span className="wrap-anywhere min-w-0 whitespace-pre-wrap">
              {logger !== "" && <span className="text-ink-faint">{logger}: </span>}
              {text}
            </span>
          </li>
        ))}
      </ol>
    </ScrollBox>
  );
}
