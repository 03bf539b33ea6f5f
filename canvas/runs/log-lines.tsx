import { useState } from "react";
import type { LogLine } from "#runtime/run/events.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";

/** A line with the name of the node that wrote it, where lines of several stand together. */
export interface ShownLine extends LogLine {
  from?: string;
}

const FIRST = 300;
const COLOURS: Readonly<Record<LogLine["level"], string>> = { debug: "text-ink-faint", info: "text-ink", warn: "text-warning", error: "text-danger" };
const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" });

/** Log lines, oldest first; the last few hundred until more are asked for. */
export function LogLines({ lines }: { lines: readonly ShownLine[] }) {
  const [shown, setShown] = useState(FIRST);
  const hidden = Math.max(0, lines.length - shown);
  return (
    <div className="font-mono text-xs leading-5">
      {hidden > 0 && (
        <Button size="small" look="quiet" className="mb-1" onClick={() => setShown(lines.length)}>
          Show {hidden} earlier lines
        </Button>
      )}
      <ol>
        {lines.slice(hidden).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines are only ever added at the end
          <li key={hidden + index} className={classes("flex gap-2.5", COLOURS[line.level])}>
            <time dateTime={line.at} className="shrink-0 text-ink-faint tabular-nums">
              {clock.format(new Date(line.at))}
            </time>
            {line.from !== undefined && <span className="w-32 shrink-0 truncate text-ink-muted">{line.from}</span>}
            <span className="wrap-anywhere min-w-0 whitespace-pre-wrap">
              {line.level !== "info" && <span className="mr-1.5 font-medium uppercase">{line.level}</span>}
              {line.message}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
