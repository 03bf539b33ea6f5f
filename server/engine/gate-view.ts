import type { NodeId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { Gate } from "../contract/approvals.ts";
import type { VoteRow } from "../store/gate-votes.ts";
import type { GateRow } from "../store/gates.ts";
import { BUDGET, digestOf, UNCERTAIN } from "./gate-message.ts";
import type { GateRule } from "./gate-rules.ts";

export interface GateViewGiven {
  plan: Plan;
  rule: GateRule;
  votes: readonly VoteRow[];
  names: ReadonlyMap<string, string>;
  /** Why the caller may not decide; undefined when they may. */
  whyNot: string | undefined;
}

export function toGate(row: GateRow, { plan, rule, votes, names, whyNot }: GateViewGiven): Gate {
  const { event, decided, decided_at: decidedAt } = row;
  const isOpen = !decided && row.alive;
  const common = {
    id: `${row.run}.${row.seq}`,
    state: decided ? ("decided" as const) : ("pending" as const),
    run: row.run,
    graph: row.graph,
    node: event.node,
    path: event.path,
    label: plan.nodes[event.node]?.label ?? event.node,
    askedAt: row.at.toISOString(),
    digest: digestOf(row),
    decided: decided && decidedAt ? { decision: decided.decision, by: decided.actor, note: decided.note, at: decidedAt.toISOString() } : null,
    mayDecide: isOpen && whyNot === undefined,
    whyNot: isOpen ? (whyNot ?? null) : null,
  };
  if (event.type === "node-uncertain") return { ...common, kind: "uncertain", failure: event.failure, decisions: [...UNCERTAIN] };
  const { request } = event;
  if (request.kind === "budget") {
    const { amount, measure = "dollars", used, budget, of = "run", holder } = request;
    const about = { measure, of, holder: holder ?? null, holderLabel: holder ? labelOf(plan, holder) : null };
    return { ...common, kind: "budget", amount, ...about, used: used ?? null, budget: budget ?? null, decisions: [...BUDGET] };
  }
  if (request.kind !== "person") throw new Error(`A wait of the kind ${request.kind} is no gate.`);
  const { title, details, until, decisions, edit } = request;
  const named = (id: string) => ({ id, name: names.get(id) ?? "" });
  return {
    ...common,
    kind: request.gate ?? "approval",
    title,
    details: details ?? null,
    until: until ?? null,
    decisions,
    titles: request.titles ?? {},
    needNote: request.needNote ?? [],
    edit: edit ? { schema: edit.schema, value: edit.value ?? null } : null,
    approvers: rule.isNamed ? { roles: rule.roles.filter((role) => role !== "viewer"), people: rule.people.map(named) } : null,
    quorum: rule.quorum,
    votes: votes.map(({ user, name, decision, hasEdited, note, at }) => ({
      by: { id: user, name: name ?? "" },
      decision,
      edited: hasEdited,
      note,
      at: at.toISOString(),
    })),
  };
}

function labelOf(plan: Plan, id: NodeId): string {
  return (plan.nodes[id] ?? plan.callables?.[id])?.label ?? id;
}
