import { nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { NodeImplementation } from "#runtime/node/define.ts";
import type { CallRequest, Outcome, WaitAnswer, WaitRequest } from "#runtime/node/outcome.ts";
import type { ServiceRegistry } from "#runtime/node/service.ts";
import type { Handoff, ToolOffer } from "#runtime/node/tool-offer.ts";
import { createFakeContext, type FakeContext } from "./fake-context.ts";

type PersonRequest = Extract<WaitRequest, { kind: "person" }>;
type NodeCall = Extract<CallRequest, { node: unknown }>;
type Decision = string | { decision: string; edited?: Json; note?: string };
/** Outputs by port; an error is how the call failed. */
type Called = Record<string, Json> | Error | Partial<Extract<WaitAnswer, { kind: "run" }>>;

export interface Play {
  provide(registry: ServiceRegistry): void;
  config: Record<string, unknown>;
  inputs?: Record<string, unknown>;
  tools?: readonly ToolOffer[];
  handoffs?: readonly Handoff[];
  onPerson?: (request: PersonRequest) => Decision;
  onCall?: (request: NodeCall) => Called;
}

export interface Played {
  outcome: Outcome;
  waits: WaitRequest[];
  /** In groups, as they were begun. */
  calls: NodeCall[][];
  logs: string[];
  charges: FakeContext["charges"];
  emissions: FakeContext["emissions"];
  recorded: FakeContext["recorded"];
  /** Names of the steps in the order in which they did their work. */
  worked: string[];
}

/** A tool as it is offered, for tests. */
export function testOffer(name: string, more: Partial<ToolOffer> = {}): ToolOffer {
  return {
    node: nodeIdSchema.parse(`node_${name}`),
    name,
    title: name,
    description: `The tool ${name}.`,
    input: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
    effect: "pure",
    hash: "0".repeat(64),
    ...more,
  };
}

/**
 * Runs a node to its end the way the engine does: what it waits for is answered, what it calls has ended, and each time it is entered from its
 * top with nothing but what was recorded. Twice each time, as after a crash; a step that does its work again is an error.
 */
export async function playNode(implementation: NodeImplementation, given: Play): Promise<Played> {
  const { tools = [], handoffs = [], inputs = {} } = given;
  const config = implementation.definition.config.parse(given.config);
  const answers: Record<string, WaitAnswer> = {};
  const recorded: FakeContext["recorded"] = new Map();
  const played: Omit<Played, "outcome"> = { waits: [], calls: [], logs: [], charges: [], emissions: [], recorded, worked: [] };
  const enter = async () => {
    const context = createFakeContext({ provide: given.provide, answers, recorded });
    try {
      return await implementation.execute({ config, inputs, references: {}, tools, handoffs, context });
    } finally {
      played.logs.push(...context.logs.map(({ level, message }) => `${level} ${message}`));
      played.emissions.push(...context.emissions);
      played.worked.push(...context.worked);
      for (const charge of context.charges) if (!played.charges.some(({ name }) => name === charge.name)) played.charges.push(charge);
    }
  };
  const at = new Date(Date.UTC(2026, 0, 1, 0, 1)).toISOString();
  for (let entries = 0; entries < 500; entries++) {
    const first = await enter();
    const { length } = played.worked;
    const outcome = first.type === "wait" && first.request.kind === "time" ? first : await enter();
    if (played.worked.length !== length) throw new Error(`Steps did their work again: ${played.worked.slice(length).join(", ")}`);
    if (outcome.type === "wait") {
      played.waits.push(outcome.request);
      answers[outcome.request.name] = answerOf(outcome.request, { given, at });
    } else if (outcome.type === "call") {
      const requests = outcome.requests.filter((request): request is NodeCall => "node" in request);
      played.calls.push(requests);
      for (const request of requests)
        answers[request.name] = { kind: "run", at, run: runIdSchema.parse("run_child"), output: {}, ...endOf(given.onCall?.(request) ?? {}) };
    } else return { ...played, outcome };
  }
  throw new Error("The node does not come to an end.");
}

function answerOf(request: WaitRequest, { given, at }: { given: Play; at: string }): WaitAnswer {
  if (request.kind === "time") return { kind: "time", at };
  if (request.kind !== "person") throw new Error(`The test has no answer to a wait of the kind ${request.kind}.`);
  const decided = given.onPerson?.(request);
  if (decided === undefined) throw new Error(`Nobody answers "${request.title}".`);
  return { kind: "person", at, by: "Ada", note: "", ...(typeof decided === "string" ? { decision: decided } : decided) };
}

function endOf(called: Called): Pick<Extract<WaitAnswer, { kind: "run" }>, "state"> & Partial<Extract<WaitAnswer, { kind: "run" }>> {
  if (called instanceof Error) return { state: "failed", message: called.message };
  if (typeof called.state === "string" && !("text" in called)) return { state: "succeeded", ...(called as object) };
  return { state: "succeeded", output: called as Record<string, Json> };
}
