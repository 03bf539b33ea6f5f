import { useMemo } from "react";
import { type TextLine, textHunks } from "#runtime/graph/text-hunks.ts";
import { classes } from "../ui/classes.ts";

/** Lines of all hunks that are drawn; a text that was written anew is long. */
const MOST_LINES = 400;

/** Where two texts differ, line by line: a minus or a plus stands before what was taken out or put in. */
export function TextDifference({ before, after }: { before: string; after: string }) {
  const hunks = useMemo(() => textHunks(before, after), [before, after]);
  let room = MOST_LINES;
  return (
    <div className="rounded-md border border-line bg-sunken py-1 font-mono text-xs leading-5">
      {hunks.map((hunk, index) => {
        const lines = hunk.lines.slice(0, Math.max(0, room));
        room -= hunk.lines.length;
        return (
          <div key={`${hunk.before}/${hunk.after}`}>
            {index > 0 && <div aria-hidden className="my-1 border-line border-t border-dashed" />}
            {lines.map((line, nth) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a hunk never move
              <Line key={nth} line={line} />
            ))}
          </div>
        );
      })}
      {room < 0 && <p className="px-2 text-ink-faint">{-room} more lines</p>}
    </div>
  );
}

const LOOK = {
  same: { sign: " ", name: "", row: "text-ink-faint", piece: "" },
  removed: { sign: "−", name: "Removed: ", row: "bg-danger-soft", piece: "bg-[color-mix(in_srgb,var(--danger)_38%,transparent)] rounded-xs" },
  added: { sign: "+", name: "Added: ", row: "", piece: "bg-[color-mix(in_srgb,var(--status-succeeded)_38%,transparent)] rounded-xs" },
} as const;

function Line({ line: { type, pieces } }: { line: TextLine }) {
  const look = LOOK[type];
  return (
    <div
      className={classes("flex gap-2 px-2", look.row)}
      style={type === "added" ? { background: "color-mix(in srgb, var(--status-succeeded) 13%, transparent)" } : undefined}
    >
      <span aria-hidden className="w-2 shrink-0 select-none text-ink-faint">
        {look.sign}
      </span>
      <span className="wrap-anywhere min-w-0 whitespace-pre-wrap">
        {look.name && <span className="sr-only">{look.name}</span>}
        {pieces.map((piece, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a line never move
          <span key={index} className={piece.isChanged ? look.piece : undefined}>
            {piece.text}
          </span>
        ))}
      </span>
    </div>
  );
}
