import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import type { PlanNode, PlanSource } from "#runtime/plan/plan.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { freezeDeep } from "#runtime/run/freeze-deep.ts";
import { containersOf, givenValues, outputsOf, sourceRun, sourceValue } from "#runtime/run/node-runs.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { loadValue } from "./stored-values.ts";

/** What an attempt works on, as the log holds it. */
export interface StoredScope {
  /** The run's input, for an entry. */
  entry?: Json;
  inputs: { name: string; many: boolean; values: StoredValue[] }[];
  /** Outputs of the nodes its expressions read. */
  nodes: { node: NodeId; outputs: StoredValues }[];
}

export interface Scope {
  inputs: Record<string, unknown>;
  nodes: Record<string, Record<string, unknown> | null>;
}

/** Picks the values out of the state at once: it goes on changing. */
export function pickValues(state: RunState, planNode: PlanNode, path: IterationPath): StoredScope {
  const key = nodeKey(planNode.id, path);
  const fixed = path.length === 0 ? state.origin?.fixed[planNode.id] : undefined;
  const item = path.length > planNode.depth && planNode.eachItemOf !== undefined ? state.scopes.get(key)?.given : undefined;
  const inputs = Object.entries(planNode.inputs).flatMap(([name, input]) => {
    const set = item?.[name] ?? fixed?.[name];
    if (set) return [{ name, many: false, values: [set] }];
    const values = sourcesOf(state, planNode, { key, sources: input.sources }).flatMap((source) => sourceValue(state, source, path) ?? []);
    return values.length > 0 ? [{ name, many: input.many, values }] : [];
  });
  const around = containersOf(state.plan, { node: planNode.id, path });
  const readable = (node: NodeId) => (around.includes(node) && node !== planNode.id ? givenValues(state, node, path) : outputsOf(sourceRun(state, node, path)));
  return {
    ...(planNode.role === "entry" && { entry: state.input }),
    inputs,
    nodes: planNode.reads.map((node) => ({ node, outputs: readable(node) })),
  };
}

/** A node that goes on with the first value gets that one alone, however many have come since. */
function sourcesOf(state: RunState, planNode: PlanNode, given: { key: NodeKey; sources: readonly PlanSource[] }): readonly PlanSource[] {
  const first = planNode.join === "first" ? state.readiness.get(given.key)?.first : undefined;
  return first ? given.sources.filter(({ node, port }) => node === first.node && port === first.port) : given.sources;
}

/**
 * The values themselves, each large one fetched once. They are frozen: other nodes get the same ones, and the log that is still to
 * be written holds them. Throws `NodeError("not-found")` for a value that is gone.
 */
export async function loadScope(stored: StoredScope, blobs: BlobStore): Promise<Scope> {
  const fetched = new Map<string, Promise<unknown>>();
  const load = (value: StoredValue): Promise<unknown> | unknown => {
    if (value.type === "inline") return freezeDeep(value.value);
    const known = fetched.get(value.hash) ?? loadValue(value, blobs).then(freezeDeep);
    fetched.set(value.hash, known);
    return known;
  };
  const inputs: [string, unknown][] = stored.entry === undefined ? [] : [["input", freezeDeep(stored.entry)]];
  for (const { name, many, values } of stored.inputs) {
    const loaded = await allOf((many ? values : values.slice(0, 1)).map(load));
    inputs.push([name, many ? loaded : loaded[0]]);
  }
  const nodes: [string, Record<string, unknown> | null][] = [];
  for (const { node, outputs } of stored.nodes) {
    const loaded = await allOf(Object.values(outputs).map(load));
    nodes.push([node, loaded.length > 0 ? Object.fromEntries(Object.keys(outputs).map((port, at) => [port, loaded[at]])) : null]);
  }
  return { inputs: Object.fromEntries(inputs), nodes: Object.fromEntries(nodes) };
}

/** Values, some of which may be on their way; most are there, and nothing has to be awaited. */
function allOf(values: readonly unknown[]): readonly unknown[] | Promise<readonly unknown[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : values;
}
