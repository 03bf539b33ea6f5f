import { Brain, ChevronRight, Wrench } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { RunId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { readPlan } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { StoredFile } from "../files/stored-file.tsx";
import { FailureView } from "../runs/failure-view.tsx";
import { RunReference } from "../runs/run-reference.tsx";
import { StoredValueView } from "../runs/stored-value-view.tsx";
import { classes } from "../ui/classes.ts";
import { GroupTile } from "../ui/group-tile.tsx";
import { Markdown } from "../ui/markdown.tsx";
import { StatusText } from "../ui/status.tsx";
import type { Traces } from "./follow-trace.ts";
import type { Block, ChildBlock, RunTrace } from "./run-trace.ts";

/** Pixels a picture may be high. */
const IMAGE_HEIGHT = 320;
/** Characters of the arguments that a folded card shows. */
const MAX_LINE = 200;

interface TraceBlocksProps {
  traces: Traces;
  /** Whose blocks they are. */
  run: RunId;
  blocks: readonly Block[];
}

/** What happened, in its order: thoughts folded, texts, and a card for each tool that was called. What runs on behalf of the run stands in its place. */
export function TraceBlocks({ traces, run, blocks }: TraceBlocksProps) {
  return blocks.map((block, index) => {
    const key = block.type === "child" ? block.run : index;
    if (block.type === "thought") return <Thought key={key} text={block.text} />;
    if (block.type === "text") return <Markdown key={key} text={block.text} />;
    if (block.type === "image") return <StoredFile key={key} file={block.file} height={IMAGE_HEIGHT} />;
    if (block.purpose === "tool") return <ToolCard key={key} caller={run} call={block} traces={traces} />;
    return <RunBlocks key={key} run={block.run} traces={traces} />;
  });
}

/** All that a run has to show, with what is being written now. */
function RunBlocks({ run, traces }: { run: RunId; traces: Traces }) {
  const trace = traces.get(run);
  if (!trace) return null;
  return (
    <>
      <TraceBlocks traces={traces} run={run} blocks={trace.blocks} />
      <Writing trace={trace} />
    </>
  );
}

/** Text while it is written. */
export function Writing({ trace }: { trace: RunTrace }) {
  return [...trace.writing].map(([key, text]) => <Markdown key={key} text={text} />);
}

function Thought({ text }: { text: string }) {
  return (
    <details className="group text-xs">
      <summary className="flex list-none items-center gap-1.5 rounded-sm text-ink-faint hover:text-ink">
        <Brain size={13} aria-hidden />
        Thought
        <ChevronRight size={12} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
      </summary>
      <div className="mt-1 border-line border-l-2 pl-3 text-ink-muted">
        <Markdown text={text} dense />
      </div>
    </details>
  );
}

interface ToolCardProps {
  caller: RunId;
  call: ChildBlock;
  traces: Traces;
}

/** A tool that was called: with what and how it stands; unfolded, the arguments, what it did, and what it answered. */
function ToolCard({ caller, call, traces }: ToolCardProps) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const plan = useApi(readPlan, { params: { id: caller } }, { isImmutable: true });
  const trace = traces.get(call.run);
  const [node, inputs = {}] = Object.entries(trace?.fixed ?? {})[0] ?? [];
  const callable = node === undefined ? undefined : plan.data?.callables?.[node];
  const definition = callable && catalog.get(callable.type);
  const title = callable?.label || definition?.title || "A tool";
  const state = call.ended?.state ?? "running";
  return (
    <section aria-label={`Tool call: ${title}`} data-state={state} className="min-w-0 rounded-lg border border-line bg-surface">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
        className="flex w-full min-w-0 items-center gap-2.5 rounded-lg px-3 py-2 text-left hover:bg-hover"
      >
        {definition ? <GroupTile icon={definition.icon} group={definition.group} size={24} /> : <Wrench size={15} aria-hidden className="text-ink-faint" />}
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium text-sm">{title}</span>
          <span className="block truncate font-mono text-2xs text-ink-faint">{argumentsLine(inputs)}</span>
        </span>
        <StatusText state={state} />
        <ChevronRight size={13} aria-hidden className={classes("shrink-0 text-ink-faint transition-transform duration-(--quick)", isOpen && "rotate-90")} />
      </button>
      <div id={id} hidden={!isOpen} className="flex min-w-0 flex-col gap-3 border-line border-t px-3 py-3">
        {isOpen && (
          <>
            <Values title="Arguments" run={call.run} values={inputs} />
            {trace && trace.blocks.length + trace.writing.size > 0 && (
              <Part title="What it did">
                <RunBlocks run={call.run} traces={traces} />
              </Part>
            )}
            {call.ended && <Values title="Result" run={call.run} values={call.ended.outputs} />}
            <p className="text-xs">
              <RunReference run={call.run} />
            </p>
          </>
        )}
      </div>
      {call.ended?.failure && (
        <div className="px-3 pb-3">
          <FailureView failure={call.ended.failure} />
        </div>
      )}
    </section>
  );
}

function Values({ title, run, values }: { title: string; run: RunId; values: StoredValues }) {
  const entries = Object.entries(values);
  return (
    <Part title={title}>
      {entries.length === 0 && <p className="text-ink-faint text-xs">None</p>}
      {entries.map(([name, value]) => (
        <StoredValueView key={name} runId={run} name={name} value={value} />
      ))}
    </Part>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <p className="font-medium text-ink-muted text-xs">{title}</p>
      {children}
    </div>
  );
}

function argumentsLine(values: StoredValues): string {
  const words = Object.entries(values).map(([name, value]) => `${name}: ${value.type === "inline" ? JSON.stringify(value.value) : value.preview}`);
  return words.join(", ").slice(0, MAX_LINE);
}
