import { ChevronRight, CornerDownLeft, GripVertical } from "lucide-react";
import { type DragEvent, type ReactNode, useState } from "react";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import { readValue } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { previewOf } from "../board/value-preview.ts";
import { useRunView } from "../runs/run-view.ts";
import { SOURCE_TYPE, useInsertion } from "../text/insertion.ts";
import type { Knowledge, KnownPort } from "../text/knowledge.ts";
import { memberSource } from "../text/value-path.ts";
import { Button } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { formatBytes } from "../ui/format-bytes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { typeColour } from "../ui/type-colour.ts";

/** Members shown of a list or an object before the rest is asked for. */
const SHOWN = 50;

/** What a node's expressions may read, with the values of the last run, as a tree: drag a value into a field, or use it in the one that had the focus. */
export function ValuesPanel({ knowledge }: { knowledge: () => Knowledge }) {
  const view = useRunView();
  const { inputs, nodes } = knowledge();
  const hasValue = [...inputs.values(), ...[...nodes.values()].flatMap(({ ports }) => [...ports.values()])].some(({ value }) => value);
  if (inputs.size === 0 && nodes.size === 0) return <p className="text-ink-faint text-xs">Wire something to this node: then its values are here.</p>;
  return (
    <div className="flex flex-col gap-2">
      {!hasValue && <p className="text-ink-faint text-xs">Run the graph to see values here.</p>}
      {inputs.size > 0 && <Group title="Inputs" ports={[...inputs.values()]} runId={view?.runId} />}
      {[...nodes].map(([id, { label, ports }]) => (
        <Group key={id} title={label} ports={[...ports.values()]} runId={view?.runId} />
      ))}
    </div>
  );
}

function Group({ title, ports, runId }: { title: string; ports: readonly KnownPort[]; runId: RunId | undefined }) {
  return (
    <section aria-label={title}>
      <h4 className="truncate pb-0.5 font-medium text-2xs text-ink-faint">{title}</h4>
      <ul className="flex flex-col">
        {ports.map((port) => (
          <PortRow key={port.source} port={port} runId={runId} />
        ))}
      </ul>
    </section>
  );
}

function PortRow({ port, runId }: { port: KnownPort; runId: RunId | undefined }) {
  const { value } = port;
  if (value?.type === "blob" && runId) return <LargeRow port={port} stored={value} runId={runId} />;
  const dot = <span className="size-1.5 shrink-0 rounded-full" style={{ background: typeColour(port.type) }} />;
  return <ValueRow name={port.title} source={port.source} value={value?.type === "inline" ? value.value : undefined} mark={dot} depth={0} />;
}

/** A value that is loaded when it is opened. */
function LargeRow({ port, stored, runId }: { port: KnownPort; stored: Extract<StoredValue, { type: "blob" }>; runId: RunId }) {
  const { data, error, isFetching, refetch } = useApi(readValue, { params: { id: runId, hash: stored.hash } }, { enabled: false, isImmutable: true });
  const dot = <span className="size-1.5 shrink-0 rounded-full" style={{ background: typeColour(port.type) }} />;
  return (
    <>
      <ValueRow name={port.title} source={port.source} value={data?.value} mark={dot} depth={0} />
      {!data && (
        <li className="pl-4">
          <Button size="small" look="quiet" busy={isFetching} onClick={() => void refetch()}>
            Load ({formatBytes(stored.bytes)})
          </Button>
          {error && <p className="text-danger text-xs">{errorText(error)}</p>}
        </li>
      )}
    </>
  );
}

interface ValueRowProps {
  name: string;
  source: string;
  /** Undefined: nothing is known of it. */
  value: Json | undefined;
  mark?: ReactNode;
  depth: number;
}

function ValueRow({ name, source, value, mark, depth }: ValueRowProps) {
  const [isOpen, setOpen] = useState(false);
  const [shown, setShown] = useState(SHOWN);
  const isBranch = typeof value === "object" && value !== null && Object.keys(value).length > 0;
  const members = isOpen && isBranch ? Object.entries(value) : [];
  const isList = Array.isArray(value);
  return (
    <li>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its button does the same by keyboard */}
      <div
        draggable
        onDragStart={(event) => startDrag(event, source)}
        className="group flex h-6 cursor-grab items-center gap-1 rounded-sm pr-0.5 text-xs hover:bg-hover"
        style={{ paddingLeft: depth * 12 }}
      >
        {isBranch ? (
          <button
            type="button"
            aria-expanded={isOpen}
            aria-label={`${isOpen ? "Fold" : "Open"} ${name}`}
            className="flex size-4 shrink-0 items-center justify-center rounded-sm text-ink-faint hover:text-ink"
            onClick={() => setOpen(!isOpen)}
          >
            <ChevronRight size={12} aria-hidden className={classes("transition-transform duration-(--quick)", isOpen && "rotate-90")} />
          </button>
        ) : (
          <GripVertical size={11} aria-hidden className="mx-0.5 shrink-0 text-ink-faint opacity-0 group-hover:opacity-100" />
        )}
        {mark}
        <span className="shrink-0 truncate font-mono">{name}</span>
        <span className="min-w-0 flex-1 truncate text-right font-mono text-2xs text-ink-faint">
          {value === undefined ? "" : previewOf({ type: "inline", value })}
        </span>
        <UseButton name={name} source={source} />
      </div>
      {members.length > 0 && (
        <ul>
          {members.slice(0, shown).map(([key, member]) => (
            <ValueRow key={key} name={isList ? `[${key}]` : key} source={memberSource(source, isList ? Number(key) : key)} value={member} depth={depth + 1} />
          ))}
          {members.length > shown && (
            <li>
              <button type="button" className="pl-8 text-accent text-xs hover:underline" onClick={() => setShown(shown + SHOWN)}>
                {members.length - shown} more…
              </button>
            </li>
          )}
        </ul>
      )}
    </li>
  );
}

/** Puts the value into the field that had the focus last. */
function UseButton({ name, source }: { name: string; source: string }) {
  const target = useInsertion((state) => state.target);
  return (
    <IconButton
      label={target ? `Use ${name} in ${target.title}` : `Use ${name}: click into a field first`}
      size="small"
      side="left"
      disabled={!target}
      icon={<CornerDownLeft size={12} />}
      className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 focus-visible:opacity-100"
      // the field keeps its selection
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => target?.put(source)}
    />
  );
}

function startDrag(event: DragEvent, source: string): void {
  event.stopPropagation();
  event.dataTransfer.effectAllowed = "copy";
  event.dataTransfer.setData(SOURCE_TYPE, source);
  event.dataTransfer.setData("text/plain", `{{ ${source} }}`);
}
