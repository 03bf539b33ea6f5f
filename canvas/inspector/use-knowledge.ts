import { useCallback, useContext } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { useReferences } from "../document/analysis.tsx";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { type ChosenIterations, useIterationChoice } from "../runs/iteration-choice.ts";
import { levelAt, pathOf } from "../runs/iterations-view.ts";
import { nodeInputs } from "../runs/node-inputs.ts";
import { type RunView, RunViewContext } from "../runs/run-view.ts";
import type { Knowledge, KnownPort } from "../text/knowledge.ts";
import type { Readable } from "./form-context.ts";
import { readablesOf, visibleTo } from "./readables.ts";

/** What the expressions of a node may read, with what it was in the run that is looked at. Read when it is called, so that a run draws nothing again. */
export function useKnowledge(node: NodeId): () => Knowledge {
  const { graph } = useEditor();
  const references = useReferences();
  const { source } = useContext(RunViewContext);
  return useCallback(() => {
    const portsOf = (other: Parameters<typeof nodePorts>[0]) => nodePorts(other, references);
    const shown = graph.current();
    const readables = readablesOf(shown, node, portsOf);
    const view = source.current();
    const { run, chosen: all } = useIterationChoice.getState();
    const chosen = view && run === view.runId ? all : {};
    const eachItemOf = nodesById(shown).get(node)?.policy?.eachItemOf;
    const lastOf = (readable: Readable) => (view ? lastValue(view, { node, readable, chosen, isItem: readable.port === eachItemOf }) : undefined);
    return { ...portsIn(readables, lastOf), scope: scopeOf(visibleTo(shown, node, portsOf)) };
  }, [graph, references, source, node]);
}

function portsIn(readables: readonly Readable[], lastOf: (readable: Readable) => StoredValue | undefined): Pick<Knowledge, "inputs" | "nodes"> {
  const inputs = new Map<string, KnownPort>();
  const nodes = new Map<string, { label: string; ports: Map<string, KnownPort> }>();
  for (const readable of readables) {
    const { node, port, name, from, source, type } = readable;
    const known: KnownPort = { title: name, from, source, type, value: lastOf(readable) };
    if (node === undefined) inputs.set(port, known);
    else {
      const entry = nodes.get(node) ?? { label: from, ports: new Map() };
      entry.ports.set(port, known);
      nodes.set(node, entry);
    }
  }
  return { inputs, nodes };
}

function scopeOf(readables: readonly Readable[]): Knowledge["scope"] {
  const scope = { inputs: {} as Record<string, Readable["type"]>, nodes: {} as Record<string, Record<string, Readable["type"]>> };
  for (const { node, port, type } of readables) {
    if (node === undefined) scope.inputs[port] = type;
    else scope.nodes[node] = { ...scope.nodes[node], [port]: type };
  }
  return scope;
}

interface Asked {
  node: NodeId;
  readable: Readable;
  chosen: ChosenIterations;
  isItem: boolean;
}

/** What was there in the run, in the iteration that is looked at. */
function lastValue(view: RunView, { node, readable, chosen, isItem }: Asked): StoredValue | undefined {
  if (readable.node === undefined) {
    const path = pathOf(view, node, chosen) ?? [];
    const sources = nodeInputs(view, node, path).find(({ port }) => port === readable.port)?.sources ?? [];
    const values = sources.flatMap(({ value }) => (value ? [value] : []));
    const [first] = values;
    if (!view.state?.plan.nodes[node]?.inputs[readable.port]?.many) return isItem ? firstItem(first) : first;
    const inline = values.flatMap((value) => (value.type === "inline" ? [value.value] : []));
    return inline.length > 0 && inline.length === values.length ? { type: "inline", value: inline } : first;
  }
  const path = pathOf(view, readable.node, chosen);
  if (!path) return undefined;
  if (readable.isGiven) {
    const level = levelAt(view, { container: readable.node, path, chosen });
    return level?.iterations.find(({ index }) => index === level.index)?.given?.[readable.port];
  }
  const run = view.state?.nodes.get(nodeKey(readable.node, path));
  return run && "outputs" in run && Object.hasOwn(run.outputs, readable.port) ? run.outputs[readable.port] : undefined;
}

/** A node in item mode reads one item: the first, for one to look at. */
function firstItem(value: StoredValue | undefined): StoredValue | undefined {
  if (value?.type !== "inline" || !Array.isArray(value.value)) return value;
  const [item] = value.value;
  return item === undefined ? undefined : { type: "inline", value: item };
}
