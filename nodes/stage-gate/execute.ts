import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { type ExecuteArguments, implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, type Outcome, stop, type WaitRequest, wait } from "#runtime/node/outcome.ts";
import { gateDetails } from "../kit/gates/details.ts";
import { decidingPart } from "../kit/gates/person-request.ts";
import { durationMs } from "../kit/time/duration.ts";
import { DECISIONS, stageGate } from "./node.ts";

/** Holds of one gate: after so many of them it fails, and somebody has to look at the graph. */
const MAX_HOLDS = 1_000;

type Given = ExecuteArguments<(typeof stageGate)["config"]>;
type PersonRequest = Extract<WaitRequest, { kind: "person" }>;
type Decided = { outcome: (typeof DECISIONS)[number]; by: string | null; note: string; at: string };

export default implementNode(stageGate, (given) => {
  const { config, context } = given;
  const holds: Decided[] = [];
  for (let asked = 0; asked < MAX_HOLDS; asked++) {
    const decided = decidedIn(context, nameOf(asked), config.onTimeout);
    if (!decided) return wait(ask(given, { name: nameOf(asked), holds }));
    if (decided.outcome !== "hold") return leave(given, decided, holds);
    holds.push(decided);
  }
  throw new NodeError("limit", `The gate was put on hold ${MAX_HOLDS} times.`, { happened: "no" });
});

function nameOf(asked: number): string {
  return `gate-${asked + 1}`;
}

function decidedIn(context: ExecutionContext, name: string, onTimeout: Decided["outcome"]): Decided | undefined {
  const answer = context.answered(name);
  if (!answer) return undefined;
  if (answer.kind === "time") return { outcome: onTimeout, by: null, note: "Nobody decided in time.", at: answer.at };
  const outcome = answer.kind === "person" ? DECISIONS.find((known) => known === answer.decision) : undefined;
  if (answer.kind !== "person" || !outcome) throw new NodeError("unexpected", `The wait was ended by something else: ${answer.kind}.`);
  return { outcome, by: answer.by, note: answer.note, at: answer.at };
}

/** After a hold it stays open, says who held it, and tells people again later. */
function ask({ config, inputs, context }: Given, { name, holds }: { name: string; holds: readonly Decided[] }): PersonRequest {
  const { reminders = [], ...deciding } = decidingPart(config, context.now());
  const later = new Date(context.now() + durationMs({ amount: config.holdFor, unit: config.holdUnit })).toISOString();
  const reminded = holds.length > 0 && config.holdFor > 0 ? [{ at: later }, ...reminders] : reminders;
  return {
    kind: "person",
    name,
    gate: "approval",
    title: config.title || "Go on?",
    details: gateDetails({
      message: config.message,
      ...(Object.hasOwn(inputs, "value") && { value: inputs.value as Json }),
      ...(holds.length > 0 && { held: holds.map(({ by, note, at }) => ({ by, note, at })) }),
    }),
    decisions: DECISIONS.filter((decision) => decision !== "recycle" || mayRecycle(config.maxRecycles, inputs.round)),
    needNote: ["kill"],
    ...deciding,
    ...(reminded.length > 0 && { reminders: reminded }),
  };
}

/** Rounds count from 1: in the first, none was sent back yet. */
function mayRecycle(most: number, round: unknown): boolean {
  return typeof round === "number" && round <= most;
}

function leave({ inputs }: Given, decided: Decided, holds: readonly Decided[]): Outcome {
  const { outcome, note } = decided;
  if (outcome === "kill") return stop({ state: "killed", reason: note });
  const value = Object.hasOwn(inputs, "value") ? inputs.value : null;
  return done({ [outcome]: value, value, done: outcome === "go", note, decision: { ...decided, holds: holds.map(({ by, note, at }) => ({ by, note, at })) } });
}
