import { z } from "zod";
import { runIdSchema } from "#runtime/graph/ids.ts";
import { dataSchema, type Json } from "#runtime/graph/json.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { ApiError } from "../api-error.ts";
import type { Gate } from "../contract/approvals.ts";
import type { Doorbell } from "../queue/doorbell.ts";
import type { GateRow, GateStore } from "../store/gates.ts";
import type { InboxMessage } from "./inbox.ts";
import type { Plans } from "./plans.ts";

export interface DecideGate {
  /** One of those the gate offers. */
  decision: string;
  edited?: Json | undefined;
  note?: string | undefined;
  actor: string;
}

export interface GateService {
  list(given: { workspace: string; search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<{ items: Gate[]; nextCursor?: string }>;
  /** Throws `ApiError("not-found")`. */
  read(id: string): Promise<Gate>;
  /** Takes the first decision; throws `ApiError("conflict")` that names it for every later one, `bad-request` for one that is not offered. */
  decide(id: string, given: DecideGate): Promise<Gate>;
}

/** Places where a run waits for a person. */
export function createGateService(given: { gates: GateStore; plans: Plans; doorbell: Doorbell }): GateService {
  const find = async (id: string): Promise<GateRow> => {
    const [run, seq] = id.split(".");
    const row = await given.gates.read({ run: runIdSchema.parse(run), seq: Number(seq) });
    if (!row) throw new ApiError("not-found", `There is no gate ${id}.`);
    return row;
  };
  const show = async (row: GateRow): Promise<Gate> => toGate(row, await given.plans.load(row.workspace, row.plan));
  return {
    list: async ({ limit, ...query }) => {
      const rows = await given.gates.pending({ ...query, limit: limit + 1 });
      const items = await Promise.all(rows.slice(0, limit).map(show));
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last && { nextCursor: last.id }) };
    },
    read: async (id) => show(await find(id)),
    decide: async (id, request) => {
      const row = await find(id);
      const refuse = (now: GateRow) => {
        const winner = now.decided;
        const detail = winner ? `${winner.actor} has decided this already: "${winner.decision}".` : "The run has ended; there is nothing left to decide.";
        return new ApiError("conflict", detail, winner ? { decided: winner } : {});
      };
      if (row.decided || !row.alive) throw refuse(row);
      const plan = await given.plans.load(row.workspace, row.plan);
      const message = messageOf(row, { plan, request });
      const won = await given.gates.decide({ run: row.run, seq: row.seq, message, actor: request.actor });
      if (!won) throw refuse(await find(id));
      given.doorbell.ring(row.run);
      return show(await find(id));
    },
  };
}

const UNCERTAIN = ["happened", "failed", "again"] as const;
const BUDGET = ["raise", "refuse"] as const;

/** What the run is told. */
function messageOf(row: GateRow, { plan, request }: { plan: Plan; request: DecideGate }): InboxMessage {
  const { event } = row;
  const { node, path } = event;
  const { edited } = request;
  const note = request.note ?? "";
  const offered = <Decision extends string>(decisions: readonly Decision[]): Decision => {
    const decision = decisions.find((known) => known === request.decision);
    if (decision !== undefined) return decision;
    throw badRequest("/decision", `One of: ${decisions.join(", ")}.`);
  };
  if (event.type === "node-uncertain") {
    const decision = offered(UNCERTAIN);
    return { type: "decide-uncertain", node, path, decision, outputs: outputsOf({ node, plan, decision, edited }), note };
  }
  const { request: asked } = event;
  if (asked.kind === "person")
    return { type: "decide-wait", node, path, name: asked.name, decision: offered(asked.decisions), ...(edited !== undefined && { edited }), note };
  if (asked.kind !== "budget") throw new Error(`A wait of the kind ${asked.kind} is nothing a person decides.`);
  const decision = offered(BUDGET);
  if (decision === "refuse") return { type: "set-budget", budget: plan.settings.budget ?? 0, refuse: { node, path, name: asked.name }, note };
  const parsed = z.strictObject({ budget: z.number().min(0).max(1_000_000) }).safeParse(edited);
  if (!parsed.success) throw badRequest("/edited", 'Say what the run may cost in all: { "budget": dollars }.');
  return { type: "set-budget", budget: parsed.data.budget, note };
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

function toGate(row: GateRow, plan: Plan): Gate {
  const { event, decided, decided_at: decidedAt } = row;
  const common = {
    id: `${row.run}.${row.seq}`,
    state: decided ? ("decided" as const) : ("pending" as const),
    run: row.run,
    graph: row.graph,
    node: event.node,
    path: event.path,
    label: plan.nodes[event.node]?.label ?? event.node,
    askedAt: row.at.toISOString(),
    decided: decided && decidedAt ? { decision: decided.decision, by: decided.actor, note: decided.note, at: decidedAt.toISOString() } : null,
  };
  if (event.type === "node-uncertain") return { ...common, kind: "uncertain", failure: event.failure, decisions: [...UNCERTAIN] };
  const { request } = event;
  if (request.kind === "budget") return { ...common, kind: "budget", amount: request.amount, decisions: [...BUDGET] };
  if (request.kind !== "person") throw new Error(`A wait of the kind ${request.kind} is no gate.`);
  const { title, details, until, decisions } = request;
  return { ...common, kind: "approval", title, details: details ?? null, until: until ?? null, decisions };
}
