import { ChevronLeft, ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import type { RunId } from "#runtime/graph/ids.ts";
import { classes } from "../ui/classes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Input } from "../ui/input.tsx";
import { StatusText } from "../ui/status.tsx";
import { useIterationChoice } from "./iteration-choice.ts";
import { type IterationLevel, iterationCounts } from "./iterations-view.ts";
import type { ShownIteration } from "./run-record.ts";

/** Cells of the strip; beyond them each cell stands for several. */
const CELLS = 120;
const COLOURS: Readonly<Record<ShownIteration["state"], string>> = {
  running: "bg-running",
  succeeded: "bg-succeeded",
  failed: "bg-failed",
  stopped: "bg-skipped",
};
const WORST: readonly ShownIteration["state"][] = ["failed", "running", "stopped", "succeeded"];

export interface IterationStepperProps {
  run: RunId;
  level: IterationLevel;
  /** What one is called: "Iteration", "Item", "Round". */
  word: string;
}

/** How the iterations of a container went, and which one is looked at. */
export function IterationStepper({ run, level, word }: IterationStepperProps) {
  const { choose } = useIterationChoice();
  const [onlyFailed, setOnlyFailed] = useState(false);
  const { iterations, index, total, container } = level;
  const failed = iterations.filter(({ state }) => state === "failed");
  const offered = onlyFailed && failed.length > 0 ? failed : iterations;
  const current = iterations.find((iteration) => iteration.index === index);
  const previous = offered.findLast((iteration) => iteration.index < (index ?? 0));
  const next = offered.find((iteration) => iteration.index > (index ?? -1));
  const go = (to: ShownIteration | undefined) => to && choose(run, { [container]: to.index });
  if (iterations.length === 0) return null;
  return (
    <section aria-label={`${word}s of ${level.label}`} className="flex flex-col gap-2 rounded-md border border-line bg-sunken px-2.5 py-2">
      <Strip iterations={iterations} total={total} index={index} text={iterationCounts(level)} />
      <div className="flex items-center gap-1.5 text-xs">
        <IconButton label={`Previous ${word.toLowerCase()}`} size="small" icon={<ChevronLeft size={14} />} disabled={!previous} onClick={() => go(previous)} />
        <Place word={word} index={index} iterations={iterations} onGo={go} />
        <span className="whitespace-nowrap text-ink-muted tabular-nums">of {total}</span>
        <IconButton label={`Next ${word.toLowerCase()}`} size="small" icon={<ChevronRight size={14} />} disabled={!next} onClick={() => go(next)} />
        <span className="ml-auto" data-iteration-state={current?.state}>
          {current && <StatusText state={current.state === "stopped" ? "cancelled" : current.state} size={13} />}
        </span>
      </div>
      {failed.length > 0 && failed.length < iterations.length && (
        <label className="flex cursor-pointer items-center gap-1.5 text-ink-muted text-xs">
          <input
            type="checkbox"
            className="accent-(--accent-fill)"
            checked={onlyFailed}
            onChange={(event) => {
              setOnlyFailed(event.target.checked);
              if (event.target.checked && current?.state !== "failed") go(failed[0]);
            }}
          />
          Step through the {failed.length} failed only
        </label>
      )}
    </section>
  );
}

/** The number of the one that is looked at, from 1; another one can be typed. */
function Place({
  word,
  index,
  iterations,
  onGo,
}: {
  word: string;
  index: number | undefined;
  iterations: readonly ShownIteration[];
  onGo(to: ShownIteration | undefined): void;
}) {
  const id = useId();
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const commit = () => {
    const wanted = Number(draft) - 1;
    if (draft !== undefined) onGo(iterations.find((iteration) => iteration.index === wanted));
    setDraft(undefined);
  };
  return (
    <>
      <label htmlFor={id} className="text-ink-muted">
        {word}
      </label>
      <Input
        id={id}
        inputMode="numeric"
        value={draft ?? String((index ?? 0) + 1)}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
        className="!h-6 !w-11 text-center tabular-nums"
      />
    </>
  );
}

/** All of them in a row of cells, in the colour of what most wants to be seen. */
function Strip({ iterations, total, index, text }: Pick<IterationLevel, "iterations" | "total" | "index"> & { text: string }) {
  const perCell = Math.max(1, Math.ceil(total / CELLS));
  const byIndex = new Map(iterations.map((iteration) => [iteration.index, iteration.state]));
  const cells = Array.from({ length: Math.ceil(total / perCell) }, (_, cell) => {
    const states = Array.from({ length: perCell }, (_, place) => byIndex.get(cell * perCell + place));
    return WORST.find((state) => states.includes(state));
  });
  const chosen = index === undefined ? -1 : Math.floor(index / perCell);
  return (
    <div role="img" aria-label={text} className="flex flex-wrap gap-0.5">
      {cells.map((state, cell) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: the cells are places in a list
          key={cell}
          className={classes("size-2 rounded-[2px]", state ? COLOURS[state] : "bg-pressed", cell === chosen && "outline-2 outline-ink outline-offset-1")}
        />
      ))}
    </div>
  );
}
