import { hashJson } from "#runtime/graph/hash.ts";
import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import type { ReferenceKey } from "#runtime/node/references.ts";
import type { Plan, PlanNode } from "#runtime/plan/plan.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import { ApiError } from "../api-error.ts";
import type { DraftPins } from "./draft-pins.ts";

/** What a run takes over, leaves out or gets set. */
export interface RunSelection {
  /** An earlier run whose results are used: those before `at` (`failure`: all there are, `start`: none). */
  from?: { run: RunId; at?: "start" | "failure" | NodeId | undefined } | undefined;
  /** Only these nodes run. With `from`, what comes after them is left out: its recorded results were made of other values. */
  only?: readonly NodeId[] | undefined;
  /** By node: its outputs by port. It does not run. */
  pins?: Record<NodeId, Record<string, Json>> | undefined;
  /** By node: other settings, or values of inputs in place of what is wired to them. */
  overrides?: Record<NodeId, { config?: Record<string, Json> | undefined; inputs?: Record<string, Json> | undefined }> | undefined;
}

/** The run whose results are used. */
export interface SourceRun {
  run: RunId;
  state: RunState;
}

export interface SelectGiven {
  source: SourceRun | undefined;
  /** With what the run begins. */
  input: Json;
  entry: NodeId | undefined;
  /** What a node depends on outside the graph. */
  referencesOf: (planNode: PlanNode) => readonly ReferenceKey[];
  store: (values: Record<string, unknown>) => Promise<StoredValues>;
  /** Beside those that are asked for; see `fittingPins`. */
  draftPins?: DraftPins | undefined;
}

export interface Selected {
  /** Inputs with set values are wired to nothing. */
  plan: Plan;
  fixed: Record<NodeId, StoredValues>;
  /** Recorded after `run-created`. */
  events: RunEventBody[];
}

/** A graph with other settings of some nodes. Throws `ApiError("bad-request")` for a node there is not. */
export function withConfig(graph: Graph, overrides: RunSelection["overrides"] = {}): Graph {
  const known = new Set(graph.nodes.map(({ id }) => id as string));
  const missing = Object.keys(overrides).filter((id) => !known.has(id));
  if (missing.length > 0) throw badRequest(missing.map((id) => ({ path: `/overrides/${id}`, message: "There is no such node in this graph." })));
  return {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const config = overrides[node.id]?.config;
      return config ? { ...node, config: { ...node.config, ...config } } : node;
    }),
  };
}

/** What a run that takes over, leaves out or sets something does first. Throws `ApiError("bad-request")` that says what does not fit. */
export async function selectNodes(whole: Plan, selection: RunSelection, given: SelectGiven): Promise<Selected> {
  const { overrides = {} } = selection;
  checkPlaces(whole, selection);
  const { plan, fixed } = await withFixedInputs(whole, overrides, given.store);
  const pins = new Map([...(given.draftPins ?? []), ...(await storedPins(selection.pins, given.store))]);
  const again = given.source ? nodesToRunAgain(plan, { ...given, selection, source: given.source, pins }) : undefined;
  const only = selection.only && new Set(selection.only);
  const behind = nodesBehind(plan, { only, pins });
  const events: RunEventBody[] = [];
  const settled = new Map<NodeId, StoredValues>();
  for (const id of plan.order) {
    const planNode = plan.nodes[id];
    if (!planNode || planNode.parent !== undefined) continue;
    const at = { node: id, path: [] };
    const pinned = pins.get(id);
    const recorded = pinned || again?.has(id) || only?.has(id) || behind.has(id) ? undefined : resultOf(given.source, id);
    if (pinned) {
      settled.set(id, pinned);
      events.push({ type: "node-reused", ...at, outputs: pinned, reason: "pinned" });
    } else if (recorded && given.source) {
      settled.set(id, recorded);
      events.push({ type: "node-reused", ...at, outputs: recorded, reason: "recorded", from: { run: given.source.run, node: id } });
    } else if (only && !only.has(id)) events.push({ type: "node-skipped", ...at, reason: "left-out", outputs: {} });
  }
  if (only) checkInputs(plan, { only, settled, behind });
  return { plan, fixed, events };
}

function checkPlaces(plan: Plan, { from, only = [], pins = {}, overrides = {} }: RunSelection): void {
  const errors: { path: string; message: string }[] = [];
  const check = (id: string, path: string) => {
    const planNode = plan.nodes[id as NodeId];
    if (!planNode) errors.push({ path, message: `There is no node "${id}" that runs in this graph.` });
    else if (planNode.parent !== undefined) errors.push({ path, message: `"${planNode.label}" is inside a container. Choose the container.` });
    return planNode;
  };
  if (from?.at !== undefined && from.at !== "start" && from.at !== "failure") check(from.at, "/from/at");
  for (const [index, id] of only.entries()) check(id, `/only/${index}`);
  for (const [id, outputs] of Object.entries(pins)) {
    const planNode = check(id, `/pins/${id}`);
    for (const port of Object.keys(outputs))
      if (planNode && !Object.hasOwn(planNode.outputs, port))
        errors.push({ path: `/pins/${id}/${port}`, message: `"${planNode.label}" has no output "${port}".` });
  }
  for (const [id, { inputs = {} }] of Object.entries(overrides)) {
    const planNode = Object.keys(inputs).length > 0 ? check(id, `/overrides/${id}`) : undefined;
    for (const port of Object.keys(inputs))
      if (planNode && !Object.hasOwn(planNode.inputs, port))
        errors.push({ path: `/overrides/${id}/inputs/${port}`, message: `"${planNode.label}" has no input "${port}".` });
  }
  if (errors.length > 0) throw badRequest(errors);
}

async function withFixedInputs(
  plan: Plan,
  overrides: NonNullable<RunSelection["overrides"]>,
  store: (values: Record<string, unknown>) => Promise<StoredValues>,
) {
  const fixed: Record<NodeId, StoredValues> = {};
  const nodes = { ...plan.nodes };
  for (const [id, { inputs }] of Object.entries(overrides)) {
    const planNode = nodes[id as NodeId];
    if (!inputs || !planNode || Object.keys(inputs).length === 0) continue;
    fixed[id as NodeId] = await store(inputs);
    const unwired = Object.entries(planNode.inputs).map(([name, input]) => [name, Object.hasOwn(inputs, name) ? { ...input, sources: [] } : input] as const);
    nodes[id as NodeId] = { ...planNode, inputs: Object.fromEntries(unwired) };
  }
  return { plan: Object.keys(fixed).length > 0 ? { ...plan, nodes } : plan, fixed };
}

async function storedPins(pins: RunSelection["pins"] = {}, store: SelectGiven["store"]): Promise<ReadonlyMap<NodeId, StoredValues>> {
  const stored = new Map<NodeId, StoredValues>();
  for (const [id, outputs] of Object.entries(pins)) stored.set(id as NodeId, await store(outputs));
  return stored;
}

interface Rerun extends SelectGiven {
  selection: RunSelection;
  source: SourceRun;
  pins: ReadonlyMap<NodeId, StoredValues>;
}

/**
 * Nodes without a usable result in the source run, those that have changed since (entries with the input, pinned nodes with their values), the
 * one it is to begin at, and all that hangs on them.
 */
function nodesToRunAgain(plan: Plan, given: Rerun): ReadonlySet<NodeId> {
  const { selection, source, pins } = given;
  const at = beginningOf(selection, source);
  const isOtherInput = given.entry !== source.state.entry || hashJson(given.input) !== hashJson(source.state.input);
  const again = new Set<NodeId>();
  for (const id of plan.order) {
    const planNode = plan.nodes[id];
    if (!planNode || planNode.parent !== undefined) continue;
    const result = resultOf(source, id);
    const pinned = pins.get(id);
    if (pinned) {
      if (!result || hashJson(pinned) !== hashJson(result)) again.add(id);
      continue;
    }
    const before = source.state.plan.nodes[id];
    const isChanged = !before || essenceHash(plan, planNode, given) !== essenceHash(source.state.plan, before, given);
    const hangsOn = usedBy(planNode).some((other) => again.has(other));
    const isEntered = planNode.role === "entry" && isOtherInput;
    if (at === "start" || at === id || isChanged || isEntered || hangsOn || selection.overrides?.[id] || !result) again.add(id);
  }
  return again;
}

/** What hangs on the nodes that run, but for what runs or is pinned itself. */
function nodesBehind(
  plan: Plan,
  { only = new Set(), pins }: { only: ReadonlySet<NodeId> | undefined; pins: ReadonlyMap<NodeId, unknown> },
): ReadonlySet<NodeId> {
  const behind = new Set<NodeId>();
  for (const id of plan.order) {
    const planNode = plan.nodes[id];
    if (!planNode || planNode.parent !== undefined || only.has(id) || pins.has(id)) continue;
    if (usedBy(planNode).some((other) => behind.has(other) || only.has(other))) behind.add(id);
  }
  return behind;
}

/** A run of some nodes needs the results of the others, however the earlier run has ended. */
function beginningOf({ from, only }: RunSelection, { state: { phase } }: SourceRun): "start" | "failure" | NodeId {
  if (from?.at !== undefined) return from.at;
  return only === undefined && phase.type === "finished" && phase.state === "succeeded" ? "start" : "failure";
}

function essenceHash(plan: Plan, planNode: PlanNode, given: Pick<SelectGiven, "referencesOf">): string {
  return hashJson(essence(plan, planNode, given));
}

/** What makes a node yield what it yields. */
function essence(plan: Plan, planNode: PlanNode, given: Pick<SelectGiven, "referencesOf">): unknown {
  const { id, type, version, config, join, inputs, outputs, reads, gives, takes, captures, eachItemOf, disabled, policy } = planNode;
  const references = given.referencesOf(planNode).map((key) => plan.references[key] ?? null);
  const handling = { onFailure: policy.onFailure, default: policy.default };
  const body = bodyOf(plan, id).map((inner) => essence(plan, inner, given));
  const { tools, handoffs } = planNode;
  return { type, version, config, join, inputs, outputs, reads, gives, takes, captures, eachItemOf, disabled, handling, references, body, tools, handoffs };
}

/** The nodes directly inside a container. */
function bodyOf(plan: Plan, container: NodeId): PlanNode[] {
  return plan.order.flatMap((id) => {
    const inner = plan.nodes[id];
    return inner?.parent === container ? [inner] : [];
  });
}

function usedBy({ inputs, reads, captures = [] }: PlanNode): NodeId[] {
  return [...Object.values(inputs).flatMap(({ sources }) => sources.map(({ node }) => node)), ...reads, ...captures];
}

/** The outputs of a node that ended well, or went on in spite of a failure. */
function resultOf(source: SourceRun | undefined, id: NodeId): StoredValues | undefined {
  const run = source?.state.nodes.get(nodeKey(id, []));
  if (run?.state === "succeeded" || run?.state === "reused") return run.outputs;
  return run?.state === "failed" && run.handling !== "fail" ? run.outputs : undefined;
}

interface Chosen {
  only: ReadonlySet<NodeId>;
  settled: ReadonlyMap<NodeId, StoredValues>;
  behind: ReadonlySet<NodeId>;
}

function checkInputs(plan: Plan, { only, settled, behind }: Chosen): void {
  const errors: { path: string; message: string }[] = [];
  for (const id of only) {
    const planNode = plan.nodes[id];
    if (!planNode) continue;
    const between = usedBy(planNode).find((other) => behind.has(other));
    if (between) {
      const label = plan.nodes[between]?.label ?? between;
      errors.push({
        path: "/only",
        message: `"${planNode.label}" uses "${label}", which comes after another node that runs: let "${label}" run, too, or pin it.`,
      });
      continue;
    }
    for (const [name, input] of Object.entries(planNode.inputs)) {
      if (input.optional || input.sources.length === 0) continue;
      const has = input.sources.some(({ node, port }) => only.has(node) || Object.hasOwn(settled.get(node) ?? {}, port));
      if (!has)
        errors.push({
          path: `/overrides/${id}/inputs/${name}`,
          message: `"${planNode.label}" needs a value for "${name}": run the graph once, pin what comes before it, or set the input.`,
        });
    }
  }
  if (errors.length > 0) throw badRequest(errors);
}

function badRequest(errors: { path: string; message: string }[]): ApiError {
  return new ApiError("bad-request", errors[0]?.message ?? "The request does not fit the graph.", { errors });
}
