import type { NodeId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import type { ObservedRun } from "../engine/observer.ts";
import type { ChargeText, FailureText, NodeEnded, NodePart, Note, RunEnded, RunFact } from "./run-facts.ts";
import { spanIdOf, traceIdOf } from "./trace-ids.ts";

/** A span as data; OpenTelemetry's own objects are made of it in `create-traces.ts`. */
export interface SpanRecord {
  traceId: string;
  spanId: string;
  /** Absent for the span of a run. */
  parentId?: string;
  name: string;
  /** `client`: a call of a model. */
  kind: "internal" | "client";
  startedAt: string;
  endedAt: string;
  attributes: Record<string, string | number | boolean | number[]>;
  notes: readonly Note[];
  /** Present: the status is error. */
  error?: FailureText;
  links: readonly { traceId: string; spanId: string }[];
}

/** Spans that a fact completes: of a run, or of a node run with all its parts. Nodes that never ran have none. */
export function spansOf(fact: RunFact, given: ObservedRun): SpanRecord[] {
  switch (fact.type) {
    case "run-ended":
      return [runSpan(fact, given)];
    case "node-ended": {
      const { startedAt = fact.state === "reused" ? fact.endedAt : undefined } = fact;
      if (startedAt === undefined) return [];
      return [nodeSpan({ ...fact, startedAt }, given), ...fact.parts.map((part, index) => partSpan(part, { fact, given, index }))];
    }
    case "node-retrying":
    case "cost-settled":
      return [];
  }
}

function runSpan(fact: RunEnded, { run, graph, workspace }: ObservedRun): SpanRecord {
  const { startedAt, endedAt, state, failure, parent, trigger, notes } = fact;
  const hasFailed = state === "failed" || state === "timed-out";
  return {
    traceId: traceIdOf(run),
    spanId: spanIdOf(run),
    name: "run",
    kind: "internal",
    ...{ startedAt, endedAt, notes },
    attributes: {
      "heddle.run.id": run,
      "heddle.run.state": state,
      ...(graph && { "heddle.graph.id": graph }),
      ...(workspace && { "heddle.workspace.id": workspace }),
      ...(trigger && { "heddle.run.trigger": trigger }),
      ...(parent && { "heddle.run.parent": parent.run, "heddle.run.purpose": parent.purpose }),
      ...(hasFailed && { "error.type": failure?.code ?? state }),
    },
    ...(hasFailed && { error: failure ?? { code: state, message: "" } }),
    links: parent ? [{ traceId: traceIdOf(parent.run), spanId: spanIdOf(parent.run, parent.node && nodeKey(parent.node, parent.path ?? [])) }] : [],
  };
}

function nodeSpan(fact: NodeEnded & { startedAt: string }, { run, plan }: ObservedRun): SpanRecord {
  const { node, path, startedAt, endedAt, state, attempts, failure, notes, children } = fact;
  const planNode = plan.nodes[node];
  return {
    traceId: traceIdOf(run),
    spanId: spanIdOf(run, nodeKey(node, path)),
    parentId: spanIdOf(run, containerKey(plan, node, path)),
    name: planNode?.type ?? "node",
    kind: "internal",
    ...{ startedAt, endedAt, notes },
    attributes: {
      "heddle.run.id": run,
      "heddle.node.id": node,
      "heddle.node.state": state,
      "heddle.node.attempts": attempts,
      ...(planNode && { "heddle.node.type": planNode.type, "heddle.node.label": planNode.label, "heddle.node.effect": planNode.effect }),
      ...(path.length > 0 && { "heddle.iteration": [...path] }),
      ...(failure && { "error.type": failure.code }),
    },
    ...(failure && { error: failure }),
    links: children.map((child) => ({ traceId: traceIdOf(child), spanId: spanIdOf(child) })),
  };
}

/** The node run whose iteration this is: the container around it, or (in item mode) the node itself; the run where there is none. */
function containerKey(plan: Plan, node: NodeId, path: IterationPath): string {
  if (path.length === 0) return "";
  let depth = 0;
  for (let around = plan.nodes[node]?.parent; around !== undefined; around = plan.nodes[around]?.parent) depth++;
  const container = path.length > depth ? node : plan.nodes[node]?.parent;
  return container === undefined ? "" : nodeKey(container, path.slice(0, -1));
}

function partSpan(part: NodePart, { fact, given, index }: { fact: NodeEnded; given: ObservedRun; index: number }): SpanRecord {
  const key = nodeKey(fact.node, fact.path);
  const { kind, name, startedAt, endedAt = fact.endedAt, state, charge } = part;
  const isModelCall = charge?.model !== undefined || charge?.provider !== undefined;
  const operation = charge?.operation ?? "chat";
  return {
    traceId: traceIdOf(given.run),
    spanId: spanIdOf(given.run, `${key}#${index}`),
    parentId: spanIdOf(given.run, key),
    name: isModelCall ? [operation, charge?.model].filter(Boolean).join(" ") : kind,
    kind: isModelCall ? "client" : "internal",
    ...{ startedAt, endedAt },
    attributes: {
      "heddle.run.id": given.run,
      "heddle.node.id": fact.node,
      "heddle.step": name,
      ...(fact.path.length > 0 && { "heddle.iteration": [...fact.path] }),
      ...(charge && chargeAttributes(charge)),
      ...(isModelCall && { "gen_ai.operation.name": operation }),
      ...(state !== "succeeded" && { "error.type": state }),
    },
    notes: [],
    ...(state !== "succeeded" && { error: { code: state, message: "" } }),
    links: [],
  };
}

/** Names of the semantic conventions for generative AI (opentelemetry.io/docs/specs/semconv/gen-ai). */
function chargeAttributes({ amount, provider, model, inputTokens, outputTokens }: ChargeText): SpanRecord["attributes"] {
  return {
    "heddle.cost.dollars": amount,
    ...(provider !== undefined && { "gen_ai.provider.name": provider }),
    ...(model !== undefined && { "gen_ai.request.model": model }),
    ...(inputTokens !== undefined && { "gen_ai.usage.input_tokens": inputTokens }),
    ...(outputTokens !== undefined && { "gen_ai.usage.output_tokens": outputTokens }),
  };
}
