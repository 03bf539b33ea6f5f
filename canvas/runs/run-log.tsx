import { ArrowDownToLine } from "lucide-react";
import { useDeferredValue, useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { LogLine } from "#runtime/run/events.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { Select } from "../ui/select.tsx";
import { useWindow } from "../ui/use-window.ts";
import { useLit } from "./lit-node.ts";
import { allLines, LEVELS, linesThat, type RunLine } from "./log-filter.ts";
import type { RunView } from "./run-view.ts";

const ANY = "any";
const LEVEL_OPTIONS = [
  { value: "debug", label: "All levels" },
  { value: "info", label: "Info and above" },
  { value: "warn", label: "Warnings and errors" },
  { value: "error", label: "Errors" },
];
/** Pixels of a line. */
const ROW = 22;
const COLOURS: Readonly<Record<LogLine["level"], string>> = { debug: "text-ink-faint", info: "text-ink", warn: "text-warning", error: "text-danger" };
const clock = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hourCycle: "h23" });

/** What the nodes of the run logged, by time; a line that is pressed is shown whole. */
export function RunLog({ view }: { view: RunView }) {
  const [node, setNode] = useState<string>(ANY);
  const [level, setLevel] = useState<LogLine["level"]>("debug");
  const [search, setSearch] = useState("");
  const [isFollowing, setFollowing] = useState(true);
  const [open, setOpen] = useState<RunLine | undefined>(undefined);
  const wanted = useDeferredValue(search);
  const all = allLines(view);
  const lines = linesThat(all, { node: node === ANY ? undefined : (node as NodeId), level, search: wanted });
  const list = useWindow<HTMLDivElement>(lines.length, ROW, isFollowing);
  const nodes = [...new Map(all.map(({ node: id }) => [id, view.state?.plan.nodes[id]?.label ?? id]))];
  const nodeOptions = [{ value: ANY, label: "All nodes" }, ...nodes.map(([value, label]) => ({ value, label }))];
  const clear = () => {
    setNode(ANY);
    setLevel("debug");
    setSearch("");
  };
  if (all.length === 0) return <p className="p-4 text-ink-muted text-xs">Nothing was logged.</p>;
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-2 border-line border-b px-3">
        <SearchInput label="Search the log" placeholder="Search" value={search} onChange={setSearch} className="w-56 max-lg:w-36" />
        <div className="w-44 max-lg:w-32">
          <Select label="Node" value={node} options={nodeOptions} onChange={setNode} />
        </div>
        <div className="w-44 max-lg:w-32">
          <Select label="Level" value={level} options={LEVEL_OPTIONS} onChange={(value) => setLevel(LEVELS.find((known) => known === value) ?? "debug")} />
        </div>
        <span role="status" className="ml-auto whitespace-nowrap text-2xs text-ink-faint tabular-nums">
          {lines.length === all.length ? `${all.length} lines` : `${lines.length} of ${all.length} lines`}
        </span>
        <IconButton
          label={isFollowing ? "Stop following the end" : "Follow the end"}
          size="small"
          side="top"
          active={isFollowing}
          aria-pressed={isFollowing}
          icon={<ArrowDownToLine size={14} />}
          onClick={() => setFollowing(!isFollowing)}
        />
      </div>
      <div
        ref={list.ref}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by key
        tabIndex={0}
        role="log"
        aria-label="Log of the run"
        aria-live="off"
        className="min-h-0 flex-1 overflow-auto font-mono text-xs"
        onWheel={(event) => event.deltaY < 0 && setFollowing(false)}
      >
        {lines.length === 0 ? (
          <EmptyState title="No line fits" text="No line of the log fits the filter." actions={<Button onClick={clear}>Clear the filter</Button>} />
        ) : (
          <ol className="relative" style={{ height: list.height }}>
            {lines.slice(list.first, list.end).map((line, index) => (
              <Line
                // biome-ignore lint/suspicious/noArrayIndexKey: a place in the list
                key={list.first + index}
                line={line}
                top={(list.first + index) * ROW}
                isOpen={line === open}
                onOpen={() => setOpen(line === open ? undefined : line)}
              />
            ))}
          </ol>
        )}
      </div>
      {open && (
        <ScrollBox label="The whole line" className="max-h-28 shrink-0 overflow-auto border-line border-t bg-sunken px-4 py-2">
          <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs">{open.message}</pre>
        </ScrollBox>
      )}
    </div>
  );
}

function Line({ line, top, isOpen, onOpen }: { line: RunLine; top: number; isOpen: boolean; onOpen(): void }) {
  const { light } = useLit.getState();
  return (
    <li className="absolute inset-x-0" style={{ top, height: ROW }}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onOpen}
        onPointerEnter={() => light(line.node)}
        onPointerLeave={() => light(undefined)}
        onFocus={() => light(line.node)}
        onBlur={() => light(undefined)}
        className={classes("flex h-full w-full items-center gap-2.5 px-4 text-left hover:bg-hover", COLOURS[line.level], isOpen && "bg-accent-soft")}
      >
        <time dateTime={line.at} className="shrink-0 text-ink-faint tabular-nums">
          {clock.format(new Date(line.at))}
        </time>
        <span className="w-32 shrink-0 truncate text-ink-muted">{line.from}</span>
        <span className="min-w-0 truncate">
          {line.level !== "info" && <span className="mr-1.5 font-medium uppercase">{line.level}</span>}
          {line.message}
        </span>
      </button>
    </li>
  );
}
