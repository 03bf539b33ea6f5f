import { hashJson } from "#runtime/graph/hash.ts";
import { runIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import type { Role } from "../contract/access.ts";
import type { Gate } from "../contract/approvals.ts";
import type { Doorbell } from "../queue/doorbell.ts";
import type { GatePeople } from "../store/gate-people.ts";
import type { GateQuery, GateRow, GateStore } from "../store/gates.ts";
import { digestOf, messageOf } from "./gate-message.ts";
import { isEligible, LOCAL, ruleOf, whyNot } from "./gate-rules.ts";
import { toGate } from "./gate-view.ts";
import type { Plans } from "./plans.ts";

export interface DecideGate {
  /** One of those the gate offers. */
  decision: string;
  edited?: Json | undefined;
  note?: string | undefined;
  /** Of what the caller was shown. */
  digest?: string | undefined;
  actor: string;
}

/** Who looks. `isPerson`: they have shown to be one, as deciding takes. */
export interface GateCaller {
  id: string;
  isPerson: boolean;
}

export interface ListGates extends Omit<GateQuery, "state"> {
  state?: GateQuery["state"] | undefined;
  /** Only those the caller may decide, or has decided. */
  mine?: boolean | undefined;
}

export interface GateService {
  list(given: ListGates, caller?: GateCaller): Promise<{ items: Gate[]; nextCursor?: string }>;
  /** How many wait that the caller may decide, and in all; counted up to a hundred. */
  count(workspace: string, caller: GateCaller): Promise<{ mine: number; all: number }>;
  /** Throws `ApiError("not-found")`. */
  read(id: string, caller?: GateCaller): Promise<Gate>;
  /**
   * Takes the first decision, or a vote where several have to agree. Throws `ApiError("conflict")` that names the decision for every later one,
   * `forbidden` for whom the gate does not ask, `bad-request` for what it does not offer.
   */
  decide(id: string, given: DecideGate): Promise<Gate>;
}

export interface GateServiceGiven {
  gates: GateStore;
  people: GatePeople;
  plans: Plans;
  doorbell: Doorbell;
  /** What waits in a workspace has changed. */
  changed?: (workspace: string) => void;
  now?: () => number;
}

const COUNTED = 100;
/** Gates looked at for one page of those that are the caller's. */
const MOST_LOOKED_AT = 2_000;
const NAMED = 5;
const NOBODY: GateCaller = { id: "", isPerson: false };

/** Places where a run waits for a person. */
export function createGateService({ gates, people, plans, doorbell, changed = () => undefined, now = Date.now }: GateServiceGiven): GateService {
  const find = async (id: string): Promise<GateRow> => {
    const [run, seq] = id.split(".");
    const row = await gates.read({ run: runIdSchema.parse(run), seq: Number(seq) });
    if (!row) throw new ApiError("not-found", `There is no gate ${id}.`);
    return row;
  };
  const roleOf = async (workspace: string, user: string): Promise<Role | undefined> =>
    user === LOCAL ? "owner" : user === "" ? undefined : people.roleOf(workspace, user);
  const reasonOf = async (row: GateRow, { id, isPerson, role }: GateCaller & { role: Role | undefined }): Promise<string | undefined> => {
    const rule = ruleOf(row, now());
    if (!isEligible(rule, { user: id, role })) {
      const { workspace } = row;
      const others = await people.among({ workspace, roles: rule.roles, people: rule.people, except: rule.starter ?? id, limit: NAMED });
      return whyNot(rule, { user: id, others: others.map(({ name }) => name) });
    }
    return isPerson ? undefined : "Only a person decides: API tokens and scripts do not.";
  };
  const show = async (row: GateRow, caller: GateCaller & { role: Role | undefined }): Promise<Gate> => {
    const rule = ruleOf(row, now());
    const isOpen = !row.decided && row.alive;
    const [plan, votes, names, reason] = await Promise.all([
      plans.load(row.workspace, row.plan),
      rule.quorum > 1 ? gates.votes(row) : [],
      people.names(row.workspace, rule.people),
      isOpen ? reasonOf(row, caller) : undefined,
    ]);
    return toGate(row, { plan, rule, votes, names, whyNot: reason });
  };
  const isMine = (row: GateRow, { id, role }: { id: string; role: Role | undefined }) =>
    row.decided ? row.decided.actor === id : isEligible(ruleOf(row, now()), { user: id, role });

  /** Pages on until there are enough of those that count. */
  const collect = async (query: GateQuery, counts: (row: GateRow) => boolean): Promise<GateRow[]> => {
    const found: GateRow[] = [];
    let { cursor } = query;
    for (let looked = 0; looked < MOST_LOOKED_AT; looked += query.limit) {
      const rows = await gates.list({ ...query, cursor });
      found.push(...rows.filter(counts));
      const last = rows.at(-1);
      if (!last || rows.length < query.limit || found.length >= query.limit) break;
      cursor = `${last.run}.${last.seq}`;
    }
    return found.slice(0, query.limit);
  };

  return {
    list: async ({ limit, mine, state = "pending", ...query }, caller = NOBODY) => {
      const role = await roleOf(query.workspace, caller.id);
      const asked = { ...query, state, limit: limit + 1 };
      const rows = mine ? await collect(asked, (row) => isMine(row, { id: caller.id, role })) : await gates.list(asked);
      const items = await Promise.all(rows.slice(0, limit).map((row) => show(row, { ...caller, role })));
      const last = items.at(-1);
      return { items, ...(rows.length > limit && last && { nextCursor: last.id }) };
    },
    count: async (workspace, { id }) => {
      const role = await roleOf(workspace, id);
      const rows = await gates.list({ workspace, state: "pending", limit: COUNTED });
      return { all: rows.length, mine: rows.filter((row) => isMine(row, { id, role })).length };
    },
    read: async (id, caller = NOBODY) => {
      const row = await find(id);
      return show(row, { ...caller, role: await roleOf(row.workspace, caller.id) });
    },
    decide: async (id, { actor, decision, edited, note = "", digest }) => {
      const row = await find(id);
      const refuse = async (late: GateRow) => {
        const winner = late.decided;
        if (!winner) return new ApiError("conflict", "The run has ended or gone on; there is nothing left to decide.");
        const who = winner.actor === actor ? "You have" : `${(await people.names(row.workspace, [winner.actor])).get(winner.actor) ?? winner.actor} has`;
        return new ApiError("conflict", `${who} decided this already: "${winner.decision}".`, { decided: winner });
      };
      if (row.decided || !row.alive) throw await refuse(row);
      if (digest !== undefined && digest !== digestOf(row))
        throw new ApiError("conflict", "This is not what you were shown. Load it again, and look once more.");
      const message = messageOf(row, { plan: await plans.load(row.workspace, row.plan), decision, edited, note });
      const role = await roleOf(row.workspace, actor);
      const reason = await reasonOf(row, { id: actor, isPerson: true, role });
      if (reason !== undefined) throw new ApiError("forbidden", reason);
      const rule = ruleOf(row, now());
      // whoever says no is heard at once
      const isUsual = row.event.type === "node-waiting" && row.event.request.kind === "person" && row.event.request.decisions[0] === decision;
      const vote =
        rule.quorum > 1 && isUsual
          ? { quorum: rule.quorum, decision, edited, digest: hashJson(edited ?? null), note, isEligible: isEligible.bind(undefined, rule) }
          : undefined;
      const became = await gates.decide({ run: row.run, seq: row.seq, message, actor, vote });
      if (became === "late") throw await refuse(await find(id));
      if (became === "decided") doorbell.ring(row.run);
      changed(row.workspace);
      return show(await find(id), { id: actor, isPerson: true, role });
    },
  };
}
