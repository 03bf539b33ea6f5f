import { evaluateAddress, evaluateWith } from "../expression/evaluate-template.ts";
import { ExpressionError } from "../expression/expression-error.ts";
import { parseTemplate } from "../expression/parse-template.ts";
import type { EvaluationScope } from "../expression/scope.ts";
import { Work } from "../expression/work.ts";
import { pointer } from "../graph/json.ts";
import { configSchemaOf } from "../node/catalog.ts";
import type { ExecutionContext } from "../node/context.ts";
import type { NodeImplementation } from "../node/define.ts";
import { NodeError } from "../node/node-error.ts";
import { callRequestSchema, MAX_CALLS_AT_ONCE, type Outcome, waitRequestSchema } from "../node/outcome.ts";
import { coerceToPort } from "../node/port-value.ts";
import { listItem } from "../node/ports.ts";
import type { References } from "../node/references.ts";
import type { PlanNode } from "../plan/plan.ts";
import { type ConfigText, mapTemplates } from "../plan/templates.ts";
import { type Failure, toFailure } from "./failure.ts";
import { freezeDeep } from "./freeze-deep.ts";

export interface ExecuteNode {
  planNode: PlanNode;
  implementation: NodeImplementation;
  references: References;
  /** Value by input port; of a `many` input the list of what came. */
  inputs: Record<string, unknown>;
  /** Outputs of the nodes its expressions may read; null for a node without any. */
  nodes: Record<string, Record<string, unknown> | null>;
  context: ExecutionContext;
}

/** How one attempt ended. */
export type AttemptResult =
  | Outcome
  | {
      type: "failed";
      failure: Failure;
      /** What was thrown. */
      cause?: unknown;
    };

/** A node whose expressions are evaluated and whose inputs are checked: ready to run, or failed already. */
export type EvaluatedNode = { type: "ready"; config: Record<string, unknown>; inputs: Record<string, unknown> } | { type: "failed"; failure: Failure };

/**
 * Runs one attempt of a node: evaluates its expressions, checks config and inputs, calls `execute`, checks what it yields. Never
 * throws. Ends as soon as the signal fires, also when `execute` does not listen to it.
 */
export async function executeNode(given: ExecuteNode): Promise<AttemptResult> {
  const evaluated = evaluateNode(given);
  return evaluated.type === "failed" ? evaluated : runEvaluated(given, evaluated);
}

/** The first half of `executeNode`. Never throws. */
export function evaluateNode(given: ExecuteNode): EvaluatedNode {
  try {
    const inputs = coerceInputs(given);
    return { type: "ready", config: evaluateConfig(given, inputs), inputs };
  } catch (thrown) {
    return { type: "failed", failure: toFailure(thrown) };
  }
}

/** The second half of `executeNode`. Never throws. */
export async function runEvaluated(
  { planNode, implementation, references, context }: Omit<ExecuteNode, "inputs" | "nodes">,
  { config, inputs }: Extract<EvaluatedNode, { type: "ready" }>,
): Promise<AttemptResult> {
  try {
    if (context.signal.aborted) throw notBegun(abortReason(context.signal));
    const { tools = [], handoffs = [] } = planNode;
    const outcome = await untilAborted(implementation.execute({ config, inputs, references, tools, handoffs, context }), context.signal);
    return checkOutcome(outcome, planNode);
  } catch (thrown) {
    return { type: "failed", failure: toFailure(thrown), cause: thrown };
  }
}

function coerceInputs({ planNode, inputs }: ExecuteNode): Record<string, unknown> {
  if (planNode.role === "entry") return inputs;
  const result: [name: string, value: unknown][] = [];
  for (const [name, port] of Object.entries(planNode.inputs)) {
    if (!Object.hasOwn(inputs, name)) continue;
    const value = inputs[name];
    const type = name === planNode.eachItemOf ? (listItem(port.type) ?? port.type) : port.type;
    const items = port.many && Array.isArray(value) ? value : undefined;
    result.push([name, items ? items.map((item, index) => coerceToPort(item, type, `${name}[${index}]`)) : coerceToPort(value, type, name)]);
  }
  return Object.fromEntries(result);
}

/** Configs without expressions, parsed once for each node of a plan. */
const constants = new WeakMap<PlanNode, Record<string, unknown>>();

function evaluateConfig(given: ExecuteNode, inputs: Record<string, unknown>): Record<string, unknown> {
  const { planNode, implementation, nodes, context } = given;
  const known = constants.get(planNode);
  if (known) return known;
  const scope = { inputs, nodes, run: { id: context.run.id } };
  const work = new Work(); // one budget for all the expressions of the node
  let isConstant = true;
  const evaluated = mapTemplates(configSchemaOf(implementation.definition), planNode.config, (text) => {
    isConstant = false;
    return evaluateText(text, scope, work);
  });
  const config = parseConfig(implementation, evaluated);
  if (isConstant) constants.set(planNode, freezeDeep(config));
  return config;
}

function parseConfig({ definition }: NodeImplementation, evaluated: Record<string, unknown>): Record<string, unknown> {
  const parsed = definition.config.safeParse(evaluated);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = pointer(issue?.path ?? []);
  throw new NodeError("validation", `The setting ${path || "/"} does not fit: ${issue?.message ?? "invalid"}`, { happened: "no", details: { path } });
}

function evaluateText(text: ConfigText, scope: EvaluationScope, work: Work): unknown {
  const parsed = parseTemplate(text.source);
  const fail = (message: string, cause?: unknown) =>
    new NodeError("expression", `The expression in ${text.path} failed: ${message}`, { happened: "no", details: { path: text.path }, cause });
  if (!parsed.ok) throw fail(parsed.problem.message);
  try {
    return text.isAddress ? evaluateAddress(parsed.template, scope, work) : evaluateWith(parsed.template, scope, work);
  } catch (error) {
    if (error instanceof ExpressionError) throw fail(error.message, error);
    throw error;
  }
}

function checkOutcome(outcome: Outcome | undefined, planNode: PlanNode): Outcome {
  switch (outcome?.type) {
    case "done":
      return checkOutputs(outcome, planNode);
    case "wait":
      if (waitRequestSchema.safeParse(outcome.request).success) return outcome;
      throw new NodeError("validation", "The node waits for something that can never come.", { details: { request: outcome.request } });
    case "call":
      return checkCalls(outcome, planNode);
    case "stop":
      if ((outcome.state === "succeeded" || outcome.state === "killed") && typeof outcome.reason === "string") return outcome;
      throw new NodeError("validation", "The node ends the run in a way there is not.");
    case "iterate":
      return outcome;
    default:
      throw new NodeError("unexpected", "The node ended without saying how.");
  }
}

function checkCalls(outcome: Extract<Outcome, { type: "call" }>, planNode: PlanNode): Outcome {
  const { requests } = outcome;
  const refuse = (message: string) => new NodeError("validation", message, { happened: "no" });
  if (requests.length === 0 || requests.length > MAX_CALLS_AT_ONCE) throw refuse(`A node calls between 1 and ${MAX_CALLS_AT_ONCE} at once.`);
  if (!requests.every((request) => callRequestSchema.safeParse(request).success)) throw refuse("The node calls something with what is no input.");
  if (new Set(requests.map(({ name }) => name)).size < requests.length) throw refuse("Two calls of one name cannot be told apart.");
  for (const request of requests) {
    if ("node" in request && !planNode.tools?.some(({ node }) => node === request.node)) throw refuse("The node calls what is none of its tools.");
    if ("graph" in request && planNode.role !== "call") throw refuse("Only a node that calls graphs can call one.");
  }
  return outcome;
}

function checkOutputs(outcome: Extract<Outcome, { type: "done" }>, planNode: PlanNode): Outcome {
  for (const name of Object.keys(outcome.outputs)) {
    if (!Object.hasOwn(planNode.outputs, name))
      throw new NodeError("validation", `The node yielded a value for "${name}", which is none of its outputs.`, { details: { output: name } });
  }
  return outcome;
}

/** The promise's result, or the signal's reason if that comes first. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(abortReason(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** What stopped an attempt before `execute` was called: whatever its effect is, it did not happen. */
function notBegun({ code, message, details }: NodeError): NodeError {
  return new NodeError(code, message, { happened: "no", ...(details && { details }) });
}

function abortReason(signal: AbortSignal): NodeError {
  return signal.reason instanceof NodeError ? signal.reason : new NodeError("cancelled", "The node was stopped.");
}
