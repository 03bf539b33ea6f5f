import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { PlanNode, PlanSource } from "#runtime/plan/plan.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { type NodeKey, nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { StoredValue, StoredValues } from "#runtime/run/values.ts";
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
  const outputsOf = (node: NodeId): StoredValues => {
    const run = state.nodes.get(nodeKey(node, path));
    return run && "outputs" in run ? run.outputs : {};
  };
  const inputs = Object.entries(planNode.inputs).flatMap(([name, input]) => {
    const values = sourcesOf(state, planNode, { key: nodeKey(planNode.id, path), sources: input.sources }).flatMap(({ node, port }) => {
      const outputs = outputsOf(node);
      return Object.hasOwn(outputs, port) ? (outputs[port] ?? []) : [];
    });
    return values.length > 0 ? [{ name, many: input.many, values }] : [];
  });
  return {
    ...(planNode.role === "entry" && { entry: state.input }),
    inputs,
    nodes: planNode.reads.map((node) => ({ node, outputs: outputsOf(node) })),
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
    if (value.type === "inline") return freeze(value.value);
    const known = fetched.get(value.hash) ?? loadValue(value, blobs).then(freeze);
    fetched.set(value.hash, known);
    return known;
  };
  const inputs: [string, unknown][] = stored.entry === undefined ? [] : [["input", freeze(stored.entry)]];
  for (const { name, many, values } of stored.inputs) {
    const loaded = await Promise.all((many ? values : values.slice(0, 1)).map(load));
    inputs.push([name, many ? loaded : loaded[0]]);
  }
  const nodes: [string, Record<string, unknown> | null][] = [];
  for (const { node, outputs } of stored.nodes) {
    const loaded = await Promise.all(Object.entries(outputs).map(async ([port, value]) => [port, await load(value)] as const));
    nodes.push([node, loaded.length > 0 ? Object.fromEntries(loaded) : null]);
  }
  return { inputs: Object.fromEntries(inputs), nodes: Object.fromEntries(nodes) };
}

/** Freezes plain JSON to its depth; what is frozen already is frozen to its depth. */
function freeze<T>(value: T): T {
  const open: unknown[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const member of Object.values(next)) if (typeof member === "object" && member !== null) open.push(member);
  }
  return value;
}
