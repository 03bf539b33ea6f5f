import { z } from "zod";
import { createJsonCheck } from "#nodes/kit/agents/check-json.ts";
import { budgetSchema, type Measure, MOST } from "#runtime/graph/budget.ts";
import { hashJson } from "#runtime/graph/hash.ts";
import { dataSchema, type Json } from "#runtime/graph/json.ts";
import type { WaitRequest } from "#runtime/node/outcome.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { ApiError } from "../api-error.ts";
import type { GateRow } from "../store/gates.ts";
import type { InboxMessage } from "./inbox.ts";

export const UNCERTAIN = ["happened", "failed", "again"] as const;
export const BUDGET = ["raise", "refuse", "kill"] as const;

interface Given {
  plan: Plan;
  decision: string;
  edited: Json | undefined;
  note: string;
}

/** What the run is told. Throws `ApiError("bad-request")` for a decision that is not offered, or an edit that does not fit. */
export function messageOf({ event }: Pick<GateRow, "event">, given: Given): InboxMessage {
  const { node, path } = event;
  const { plan, edited, note } = given;
  const offered = <Decision extends string>(decisions: readonly Decision[]): Decision => {
    const decision = decisions.find((known) => known === given.decision);
    if (decision !== undefined) return decision;
    throw badRequest("/decision", `One of: ${decisions.join(", ")}.`);
  };
  if (event.type === "node-uncertain") {
    const decision = offered(UNCERTAIN);
    return { type: "decide-uncertain", node, path, decision, outputs: outputsOf({ node, plan, decision, edited }), note };
  }
  const { request: asked } = event;
  if (asked.kind === "person") {
    const decision = offered(asked.decisions);
    if (edited !== undefined) checkEdit(asked.edit, edited);
    if (note.trim() === "" && asked.needNote?.includes(decision)) throw badRequest("/note", "Say why: this decision takes a reason.");
    return { type: "decide-wait", node, path, name: asked.name, decision, ...(edited !== undefined && { edited }), note };
  }
  if (asked.kind !== "budget") throw new Error(`A wait of the kind ${asked.kind} is nothing a person decides.`);
  return budgetMessage(event, { ...given, asked });
}

function budgetMessage({ node, path }: GateRow["event"], given: Given & { asked: Extract<WaitRequest, { kind: "budget" }>; decision: string }): InboxMessage {
  const { asked, edited, note } = given;
  const { name, measure = "dollars", of = "run", holder } = asked;
  switch (BUDGET.find((known) => known === given.decision)) {
    case "refuse":
      return { type: "set-budget", budget: {}, refuse: { node, path, name }, note };
    case "kill":
      return { type: "kill", reason: note.trim() === "" ? "Its budget was used up, and not raised." : note, above: true };
    case "raise": {
      const most = measure === "timeMs" ? budgetSchema.shape.timeMs.unwrap() : budgetSchema.shape[measure].unwrap();
      const parsed = z.strictObject({ budget: most }).safeParse(edited);
      if (!parsed.success)
        throw badRequest("/edited", `Say what it may use in all: { "budget": ${UNITS[measure]} }, at most ${MOST[measure].toLocaleString("en")}.`);
      const { budget } = parsed.data;
      if (of === "above" && measure !== "timeMs") return { type: "raise", measure, budget, note };
      return { type: "set-budget", budget: { [measure]: budget }, ...(holder && { holder }), note };
    }
    default:
      throw badRequest("/decision", `One of: ${BUDGET.join(", ")}.`);
  }
}

const UNITS: Readonly<Record<Measure, string>> = { dollars: "dollars", tokens: "tokens", toolCalls: "tool calls", timeMs: "milliseconds" };

/** Of exactly what is asked: the event is never rewritten, so what was shown is what is executed. The plan stands for the graph's revision. */
export function digestOf({ run, seq, event, plan }: Pick<GateRow, "run" | "seq" | "event" | "plan">): string {
  return hashJson({ run, seq, event, plan });
}

function checkEdit(edit: { schema: Record<string, Json> } | undefined, edited: Json): void {
  if (!edit) throw badRequest("/edited", "Nothing can be edited here. Leave it out.");
  const problem = createJsonCheck(edit.schema)(edited);
  if (problem !== undefined) throw badRequest("/edited", `What was edited does not fit: ${problem}`);
}

function outputsOf(given: { node: GateRow["event"]["node"]; plan: Plan; decision: string; edited: Json | undefined }): Record<string, Json> {
  if (given.edited === undefined) return {};
  if (given.decision !== "happened") throw badRequest("/edited", "Outputs go with the decision that it happened. Leave them out.");
  const outputs = z.record(z.string(), dataSchema).safeParse(given.edited);
  if (!outputs.success) throw badRequest("/edited", "Outputs are an object: a value by port.");
  const ports = given.plan.nodes[given.node]?.outputs ?? {};
  const unknown = Object.keys(outputs.data).filter((port) => !Object.hasOwn(ports, port));
  if (unknown.length > 0)
    throw new ApiError("bad-request", "The node has no such output.", {
      errors: unknown.map((port) => ({ path: `/edited/${port}`, message: `One of: ${Object.keys(ports).join(", ")}.` })),
    });
  return outputs.data;
}

function badRequest(path: string, message: string): ApiError {
  return new ApiError("bad-request", message, { errors: [{ path, message }] });
}
