import { budgetOf, type NodeBudget, strictestBudget, withoutBudget } from "#runtime/graph/budget.ts";
import { createId, type GraphId, type NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { strictest } from "#runtime/node/autonomy.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { CallRequest } from "#runtime/node/outcome.ts";
import type { Plan, PlanNode } from "#runtime/plan/plan.ts";
import { leftIn } from "#runtime/run/accounts.ts";
import { activeMsAt } from "#runtime/run/active-time.ts";
import type { ChildPurpose, IterationPath, RunEvent, RunEventBody } from "#runtime/run/events.ts";
import { outputsOf, sourceRun, sourceValue } from "#runtime/run/node-runs.ts";
import { planIndex } from "#runtime/run/plan-index.ts";
import { nodeKey, type RunState } from "#runtime/run/run-state.ts";
import type { BlobStore, Blobs } from "../assets/blob-store.ts";
import { timeLeft } from "./driver-timers.ts";
import type { NewRun } from "./new-run.ts";
import type { Plans } from "./plans.ts";
import { loadValue, storeValues } from "./stored-values.ts";

/** Runs that may wait for one another in a row (`sub-graph` in `sub-graph` …). */
const MAX_DEPTH = 10;

/** A graph's revision, ready to run. */
export interface Callee {
  revision: number;
  plan: Plan;
  /** Where it begins. */
  entry: NodeId | undefined;
  input: Record<string, Json>;
}

export interface ChildrenGiven {
  plans: Plans;
  blobs: Blobs;
  /** Throws `ApiError`: no such graph or revision, not published, does not compile; the input does not fit. */
  callee: (given: {
    workspace: string;
    graph: GraphId;
    revision?: number | undefined;
    input: Record<string, Json>;
    /** It takes of the input what it asks for; else all of it has to fit. */
    isOffered?: boolean;
  }) => Promise<Callee>;
  now: () => number;
}

/** The node run that a child is begun for. */
interface Parent {
  state: RunState;
  workspace: string;
  graph: GraphId;
  revision: number;
  node: NodeId;
  path: IterationPath;
}

type GraphCall = Extract<CallRequest, { graph: GraphId }>;
type ToolCall = Extract<CallRequest, { node: NodeId }>;

/** Makes the runs that a run begins. They are recorded together with what the run notes of them. */
export interface Children {
  /** Throws `NodeError("limit")` when too many runs wait for one another, and what `callee` throws. */
  call(parent: Parent, request: GraphCall): Promise<NewRun>;
  /** Runs one of the plan's callables with these inputs. Throws `NodeError("limit")`. */
  tool(parent: Parent, request: ToolCall): Promise<NewRun>;
  /** Runs a part of a container's iterations, with the values they would see here. */
  slice(parent: Parent, part: { first: number; count: number; given: StoredValues }): Promise<NewRun>;
  /** Runs one node on a worker with its label. */
  worker(parent: Parent): Promise<NewRun>;
  /** Runs the error-handler graph with the failure. */
  handler(parent: Omit<Parent, "node" | "path">, given: { graph: GraphId; input: Record<string, Json> }): Promise<NewRun>;
}

export function createChildren({ plans, blobs, callee, now }: ChildrenGiven): Children {
  const make = async (
    parent: Omit<Parent, "node" | "path"> & Partial<Pick<Parent, "node" | "path">>,
    given: {
      plan: Plan;
      purpose: ChildPurpose;
      graph: GraphId;
      revision: number;
      input: Json;
      entry?: NodeId | undefined;
      fixed?: Record<NodeId, StoredValues>;
      worker?: string | undefined;
      following?: RunEventBody[];
      untrusted?: true | undefined;
      budget?: NodeBudget | undefined;
    },
  ): Promise<NewRun> => {
    const { state, workspace, node, path } = parent;
    const { origin } = state;
    if (!origin) throw new Error("A run without its first event has no children.");
    const depth = given.purpose === "call" || given.purpose === "tool" ? origin.depth + 1 : origin.depth;
    if (depth > MAX_DEPTH)
      throw new NodeError("limit", `Graphs and agents call one another more than ${MAX_DEPTH} deep. Does one of them call itself without end?`, {
        happened: "no",
      });
    const id = createId("run");
    const link = { run: origin.run, purpose: given.purpose, ...(node && { node }), ...(path && { path }) };
    const budget = budgetOfChild(state, { ...given, now: now() });
    const isWaitedFor = given.purpose !== "error-handler";
    const created: RunEventBody = {
      type: "run-created",
      run: id,
      input: given.input,
      actor: origin.actor,
      ...(origin.startedBy !== undefined && { startedBy: origin.startedBy }),
      parent: link,
      depth,
      ...(given.entry && { entry: given.entry }),
      ...cautionOf(state, given),
      ...(budget && { budget }),
      ...(isWaitedFor && { timeMs: Math.max(0, timeLeft(state, now())) }),
      ...(given.fixed && { fixed: given.fixed }),
    };
    const at = new Date(now()).toISOString();
    const events: RunEvent[] = [created, ...(given.following ?? [])].map((body, index) => ({ ...body, seq: index + 1, at }));
    const { graph, revision, purpose, worker, input } = given;
    return {
      id,
      workspace,
      graph,
      revision,
      plan: await plans.keep(workspace, given.plan),
      input,
      actor: origin.actor,
      startedBy: origin.startedBy,
      parent: { run: origin.run, purpose },
      worker,
      events,
    };
  };

  return {
    call: async (parent, request) => {
      const { revision, plan, entry } = await callee({ ...request, workspace: parent.workspace });
      const { graph, input, budget } = request;
      return make(parent, { plan, purpose: "call", graph, revision, input, entry, worker: plan.settings.worker, budget });
    },
    tool: async (parent, { node: id, inputs, untrusted, budget }) => {
      const { state, graph, revision, workspace } = parent;
      const callable = state.plan.callables?.[id];
      if (!callable) throw new Error(`${id} is no callable of the run.`);
      const { errorGraph: _, ...settings } = withoutBudget(state.plan.settings);
      // what it may use in the whole run is counted here, over all its calls
      const { worker = state.plan.settings.worker, budget: __, ...policy } = callable.policy;
      const nodes = { [id]: { ...topLevel(callable), policy: { ...policy, onFailure: "fail" as const } } };
      const plan: Plan = { ...state.plan, settings, nodes, order: [id] };
      // what is set in the tool is not the caller's to give
      const offered = offeredBy(state.plan, parent.node, id);
      const known = Object.entries(inputs).filter(([name]) => Object.hasOwn(callable.inputs, name) && Object.hasOwn(offered, name));
      const fixed = await storeValues(Object.fromEntries(known), blobs(workspace));
      return make(parent, { plan, purpose: "tool", graph, revision, input: {}, fixed: { [id]: fixed }, worker, untrusted, budget });
    },
    slice: async (parent, { first, count, given }) => {
      const { state, node, path, graph, revision } = parent;
      const run = state.nodes.get(nodeKey(node, path));
      const { concurrency = 1, onFailure = "stop" } = run?.iterations ?? {};
      const at = { node, path: [] };
      const part = await partOf(state, { node, path }, blobs(parent.workspace));
      const following: RunEventBody[] = [
        ...part.reused,
        { type: "node-started", ...at, attempt: 1, effect: "pure" },
        { type: "iterations-opened", ...at, first, count, given, concurrency, onFailure },
      ];
      const total = run?.iterations?.count ?? 0;
      const fixed = cutLikeIterations(part.fixed, { total, first: first - (run?.iterations?.first ?? 0), count });
      return make(parent, {
        plan: part.plan,
        purpose: "slice",
        graph,
        revision,
        input: {},
        fixed: { [node]: fixed },
        worker: state.plan.settings.worker,
        following,
      });
    },
    worker: async (parent) => {
      const { state, node, path, graph, revision } = parent;
      const part = await partOf(state, { node, path }, blobs(parent.workspace));
      const worker = state.plan.nodes[node]?.policy.worker;
      return make(parent, { plan: part.plan, purpose: "worker", graph, revision, input: {}, fixed: { [node]: part.fixed }, worker, following: part.reused });
    },
    handler: async (parent, { graph, input: told }) => {
      const { revision, plan, entry, input } = await callee({ workspace: parent.workspace, graph, input: told, isOffered: true });
      return make(parent, { plan, purpose: "error-handler", graph, revision, input, entry, worker: plan.settings.worker });
    },
  };
}

/** What is called is as cautious as whoever called it, however far down. */
function cautionOf({ origin, plan }: RunState, { untrusted }: { untrusted?: true | undefined }) {
  const wishes = [origin?.autonomy, plan.settings.autonomy].filter((wish) => wish !== undefined);
  const isUntrusted = untrusted ?? origin?.untrusted;
  return { ...(wishes.length > 0 && { autonomy: strictest(...wishes) }), ...(isUntrusted && { untrusted: isUntrusted }) };
}

/** The arguments that a caller was offered of one of its callables. */
function offeredBy(plan: Plan, caller: NodeId, callable: NodeId): object {
  const properties = plan.nodes[caller]?.tools?.find(({ node }) => node === callable)?.input.properties;
  return typeof properties === "object" && properties !== null ? properties : {};
}

/**
 * What a run may use by itself: the stricter of what its graph and its caller say. What it is lent of what is left here is set aside when it is
 * recorded. Nobody lends to an error handler, because nobody waits for it: what is left is its budget.
 */
function budgetOfChild(
  state: RunState,
  { plan, purpose, budget = {}, now }: { plan: Plan; purpose: ChildPurpose; budget?: NodeBudget | undefined; now: number },
) {
  const own = budgetOf(plan.settings);
  const { dollars, tokens, toolCalls } = state.accounts;
  const left =
    purpose === "error-handler" ? { dollars: leftIn("dollars", dollars), tokens: leftIn("tokens", tokens), toolCalls: leftIn("toolCalls", toolCalls) } : {};
  const { budgetMs } = state.time;
  const timeMs = budgetMs === undefined ? undefined : Math.max(MIN_TIME_MS, Math.floor(budgetMs - activeMsAt(state, now)));
  const strictest = strictestBudget(own, budget, left, { timeMs });
  return Object.keys(strictest).length > 0 ? strictest : undefined;
}

/** Less than that is no budget of time. */
const MIN_TIME_MS = 1_000;

/** Lists as long as there are iterations are cut like them: a part must not carry the whole. */
function cutLikeIterations(values: StoredValues, { total, first, count }: { total: number; first: number; count: number }): StoredValues {
  return Object.fromEntries(
    Object.entries(values).map(([name, stored]) => {
      const list = stored.type === "inline" && Array.isArray(stored.value) && stored.value.length === total ? stored.value : undefined;
      return [name, list ? { type: "inline" as const, value: list.slice(first, first + count) } : stored];
    }),
  );
}

interface Part {
  plan: Plan;
  fixed: StoredValues;
  reused: RunEventBody[];
}

/**
 * One node of a run (with its body, if it is a container) as a plan of its own: what it gets is set, and what it or its body reads beside it is
 * taken over as it is.
 */
async function partOf(state: RunState, { node, path }: { node: NodeId; path: IterationPath }, blobs: BlobStore): Promise<Part> {
  const { plan, origin } = state;
  const whole = plan.nodes[node];
  if (!whole || !origin) throw new Error(`${node} is not part of the run.`);
  const inside = bodyOf(plan, node);
  const body = new Set([node, ...inside]);
  const fixed: StoredValues = {};
  for (const [name, input] of Object.entries(whole.inputs)) {
    const values = input.sources.flatMap((source) => sourceValue(state, source, path) ?? []);
    const set = path.length === 0 ? origin.fixed[node]?.[name] : undefined;
    const [value] = set ? [set] : values;
    if (!value) continue;
    const list = input.many && !set ? await Promise.all(values.map((one) => loadValue(one, blobs))) : undefined;
    Object.assign(fixed, list ? await storeValues({ [name]: list }, blobs) : { [name]: value });
  }
  const used = new Set<NodeId>();
  for (const id of body) for (const other of usedBy(plan.nodes[id])) if (!body.has(other)) used.add(other);
  const base = whole.depth;
  const nodes: Record<NodeId, PlanNode> = {};
  for (const id of used) {
    const beside = plan.nodes[id];
    // what stands outside counts as beside it: none of it runs again
    if (beside) nodes[id] = { ...topLevel(beside), inputs: {}, reads: [], role: "step", eachItemOf: undefined } as PlanNode;
  }
  for (const id of body) {
    const part = plan.nodes[id];
    if (!part) continue;
    const { parent, ...rest } = part;
    const inputs =
      id === node ? Object.fromEntries(Object.entries(part.inputs).map(([name, input]) => [name, { ...input, sources: [] }])) : lifted(part.inputs, body);
    // what the node itself may use is counted here, over all its parts
    const { worker: _, budget: __, ...policy } = part.policy;
    nodes[id] = {
      ...rest,
      ...(id !== node && parent !== undefined && { parent }),
      depth: part.depth - base,
      inputs,
      policy: id === node ? { ...policy, onFailure: "fail" } : part.policy,
    };
  }
  const order = plan.order.filter((id) => nodes[id]);
  const reused: RunEventBody[] = order.flatMap((id): RunEventBody[] => {
    if (body.has(id)) return [];
    const outputs = givenOrOutputs(state, { node: id, path });
    return [{ type: "node-reused", node: id, path: [], outputs, reason: "recorded", from: { run: origin.run, node: id } }];
  });
  const { errorGraph: _, ...settings } = withoutBudget(plan.settings);
  return { plan: { ...plan, settings, nodes, order }, fixed, reused };
}

function topLevel({ parent: _, takes: __, gives: ___, captures: ____, ...planNode }: PlanNode): PlanNode {
  return { ...planNode, depth: 0 };
}

/** What a container around gives is a reused result there: sources say no longer that it is given. */
function lifted(inputs: PlanNode["inputs"], body: ReadonlySet<NodeId>): PlanNode["inputs"] {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      { ...input, sources: input.sources.map((source) => (body.has(source.node) ? source : { edge: source.edge, node: source.node, port: source.port })) },
    ]),
  );
}

function bodyOf(plan: Plan, container: NodeId): NodeId[] {
  const direct = planIndex(plan).children.get(container) ?? [];
  return direct.flatMap((id) => [id, ...bodyOf(plan, id)]);
}

function usedBy(planNode: PlanNode | undefined): NodeId[] {
  if (!planNode) return [];
  return [...Object.values(planNode.inputs).flatMap(({ sources }) => sources.map(({ node }) => node)), ...planNode.reads, ...(planNode.captures ?? [])];
}

function givenOrOutputs(state: RunState, { node, path }: { node: NodeId; path: IterationPath }): StoredValues {
  const depth = (state.plan.nodes[node]?.depth ?? 0) + 1;
  const given = state.scopes.get(nodeKey(node, path.slice(0, depth)))?.given;
  return given ?? outputsOf(sourceRun(state, node, path));
}
