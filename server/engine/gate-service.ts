import { runIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { planSchema } from "#runtime/plan/plan.ts";
import { ApiError } from "../api-error.ts";
import type { Gate } from "../contract/approvals.ts";
import type { Doorbell } from "../queue/doorbell.ts";
import type { GateRow, GateStore } from "../store/gates.ts";
import type { RunStore } from "../store/runs.ts";

export interface DecideGate {
  decision: Gate["decisions"][number];
  /** With `happened`: the outputs by port. */
  edited?: Record<string, Json> | undefined;
  note?: string | undefined;
  actor: string;
}

export interface GateService {
  list(given: { search?: string | undefined; cursor?: string | undefined; limit: number }): Promise<{ items: Gate[]; nextCursor?: string }>;
  /** Throws `ApiError("not-found")`. */
  read(id: string): Promise<Gate>;
  /** Takes the first decision; throws `ApiError("conflict")` that names it for every later one. */
  decide(id: string, given: DecideGate): Promise<Gate>;
}

/** Places where a run waits for a person. */
export function createGateService(given: { gates: GateStore; runs: RunStore; doorbell: Doorbell; workspace: string }): GateService {
  const find = async (id: string): Promise<GateRow> => {
    const [run, seq] = id.split(".");
    const row = await given.gates.read({ workspace: given.workspace, run: runIdSchema.parse(run), seq: Number(seq) });
    if (!row) throw new ApiError("not-found", `There is no gate ${id}.`);
    return row;
  };
  return {
    list: async ({ limit, ...query }) => {
      const rows = await given.gates.pending({ ...query, workspace: given.workspace, limit: limit + 1 });
      const items = rows.slice(0, limit).map(toGate);
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last && { nextCursor: last.id }) };
    },
    read: async (id) => toGate(await find(id)),
    decide: async (id, request) => {
      const row = await find(id);
      const refuse = (now: GateRow) => {
        const winner = now.decided;
        const detail = winner ? `${winner.actor} has decided this already: "${winner.decision}".` : "The run has ended; there is nothing left to decide.";
        return new ApiError("conflict", detail, winner ? { decided: winner } : {});
      };
      if (row.decided || !row.alive) throw refuse(row);
      checkOutputs(row, request);
      const { node, path } = row.event;
      const message = { type: "decide-uncertain" as const, node, path, decision: request.decision, outputs: request.edited ?? {}, note: request.note ?? "" };
      const won = await given.gates.decide({ run: row.run, seq: row.seq, message, actor: request.actor });
      if (!won) throw refuse(await find(id));
      given.doorbell.ring(row.run);
      return toGate(await find(id));
    },
  };
}

function checkOutputs(row: GateRow, request: DecideGate): void {
  if (!request.edited) return;
  if (request.decision !== "happened")
    throw new ApiError("bad-request", "Outputs go with the decision that it happened.", { errors: [{ path: "/edited", message: "Leave it out." }] });
  const ports = planSchema.parse(JSON.parse(row.plan)).nodes[row.event.node]?.outputs ?? {};
  const unknown = Object.keys(request.edited).filter((port) => !Object.hasOwn(ports, port));
  if (unknown.length > 0)
    throw new ApiError("bad-request", "The node has no such output.", {
      errors: unknown.map((port) => ({ path: `/edited/${port}`, message: `One of: ${Object.keys(ports).join(", ")}.` })),
    });
}

function toGate(row: GateRow): Gate {
  const label = planSchema.parse(JSON.parse(row.plan)).nodes[row.event.node]?.label ?? row.event.node;
  return {
    id: `${row.run}.${row.seq}`,
    kind: "uncertain",
    state: row.decided ? "decided" : "pending",
    run: row.run,
    graph: row.graph,
    node: row.event.node,
    path: row.event.path,
    label,
    failure: row.event.failure,
    decisions: ["happened", "failed", "again"],
    askedAt: row.at.toISOString(),
    decided:
      row.decided && row.decided_at
        ? { decision: row.decided.decision, by: row.decided.actor, note: row.decided.note, at: row.decided_at.toISOString() }
        : null,
  };
}
