import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import type { WaitAnswer } from "#runtime/node/outcome.ts";
import { type Asking, askPerson } from "../kit/agents/asking.ts";
import { deciders } from "../kit/gates/deciders.ts";
import { changeSince, DECIDER_GONE, type ToolBinding } from "../kit/mcp/tool-binding.ts";
import { assessByRules, reasonsOf } from "../kit/safety/score-action.ts";
import { actionOf, argumentsProblem, callHash, deniedReason, type PlannedCall, type SoundCall, type Standing } from "./plan-calls.ts";
import { type Standings, standingsOf } from "./tool-standings.ts";

const APPROVE = "approve";
const APPROVE_ALWAYS = "always-allow-in-this-run";
const REJECT = "reject";
/** Characters of the model's own words that a person is shown. */
const MAX_WORDS = 4_000;

/** What became of a planned call. */
export interface Decision {
  id: string;
  tool: string;
  outcome: "allowed" | "approved" | "edited" | "rejected" | "dropped" | "invalid" | "denied" | "blocked";
  arguments: Record<string, Json>;
  /** Before a person changed them. */
  before?: Record<string, Json>;
  /** Stands for the tool and the arguments that were let through. */
  hash?: string;
  /** How a server's tool stood when a person let the call through. */
  binding?: ToolBinding;
  reason?: string;
  by?: string;
  note?: string;
  score?: number;
}

export interface Reviewed {
  decisions: Decision[];
  /** Tools that a person lets through from now on, by node. */
  always: string[];
  /** Milliseconds since the epoch; 0 when nobody was asked. */
  decidedAt: number;
}

/** Asks a person about the calls of one turn that have to be asked about, all at once. */
export async function* review(
  context: ExecutionContext,
  given: { turn: number; planned: readonly PlannedCall[]; says: string; standing: Standing },
): Asking<Reviewed> {
  const { turn, planned, standing } = given;
  const asked = planned.filter((call): call is SoundCall => call.verdict === "ask");
  const settled = planned.flatMap((call) => (call.verdict === "ask" ? [] : [settledWithoutAsking(call)]));
  if (asked.length === 0) return { decisions: settled, always: [], decidedAt: 0 };
  let standings = standing.standings;
  let problem: string | undefined;
  for (let round = 1; ; round++) {
    const name = round === 1 ? `review-${turn}` : `review-${turn}-${round}`;
    const shown = standings;
    const answer = yield* askPerson(context, {
      name,
      gate: "tool-call",
      title: titleOf(asked),
      decisions: [APPROVE, APPROVE_ALWAYS, REJECT],
      details: {
        calls: asked.map((call) => shownCall(call, shown)),
        agent: context.node.id,
        says: given.says.slice(0, MAX_WORDS),
        ...(problem !== undefined && { problem }),
      },
      edit: { schema: editSchema(asked), value: Object.fromEntries(asked.map((call) => [call.id, call.arguments])) },
    });
    const decided = asked.map((call) => decide(call, answer, standing));
    problem = decided.flatMap((one) => ("problem" in one ? [one.problem] : []))[0];
    if (problem !== undefined) continue;
    const judged = decided.flatMap((one) => ("problem" in one ? [] : [one]));
    standings = await standingsNow(context, { name, asked, decisions: judged });
    problem = await whyNotAnyMore(context, { name, by: answer.by, asked, shown, standings, decisions: judged });
    if (problem !== undefined) continue;
    const decisions = judged.map((decision) => bound(decision, { asked, standings }));
    const always = answer.decision === APPROVE_ALWAYS ? asked.filter((_, index) => decisions[index]?.outcome !== "dropped").map(({ offer }) => offer.node) : [];
    return { decisions: [...settled, ...decisions], always, decidedAt: Date.parse(answer.at) };
  }
}

function isLetThrough({ outcome }: Decision): boolean {
  return outcome === "approved" || outcome === "edited";
}

function standingsNow(context: ExecutionContext, given: { name: string; asked: readonly SoundCall[]; decisions: readonly Decision[] }): Promise<Standings> {
  const { name, asked, decisions } = given;
  const tools = decisions.some(isLetThrough) ? asked.map(({ offer }) => offer) : [];
  return standingsOf(context, { name: `standings-${name}`, tools });
}

/** What was let through holds for what was shown, and as long as whoever let it through may: else they are asked again. */
async function whyNotAnyMore(
  context: ExecutionContext,
  given: { name: string; by: string; asked: readonly SoundCall[]; shown: Standings; standings: Standings; decisions: readonly Decision[] },
): Promise<string | undefined> {
  const { name, by, asked, shown, standings, decisions } = given;
  if (!decisions.some(isLetThrough)) return undefined;
  const may = await context.step(`may-${name}`, { effect: "read", input: { by } }, () => context.use(deciders).mayStillDecide(by));
  if (!may) return DECIDER_GONE;
  const changes = asked.flatMap(({ offer: { node, title } }) => {
    const [then, now] = [shown[node], standings[node]];
    const changed = then && now && changeSince(then.binding, now.binding);
    return changed === undefined ? [] : [`"${title}": ${changed}`];
  });
  return changes.length === 0 ? undefined : [...new Set(changes)].join(" ");
}

/** With how the tool stands; a rule may deny it by now. */
function bound(decision: Decision, { asked, standings }: { asked: readonly SoundCall[]; standings: Standings }): Decision {
  const offer = asked.find(({ id }) => id === decision.id)?.offer;
  const standing = offer && standings[offer.node];
  if (!standing || !isLetThrough(decision)) return decision;
  if (standing.rule === "deny") return { ...decision, outcome: "denied", reason: deniedReason(offer) };
  return { ...decision, binding: standing.binding };
}

function settledWithoutAsking(planned: PlannedCall): Decision {
  const { id, call } = planned;
  const score = planned.score === undefined ? {} : { score: planned.score };
  if (planned.verdict === "refused") return { id, tool: call.name, outcome: planned.kind, arguments: call.arguments, reason: planned.reason, ...score };
  return { id, tool: planned.offer.name, outcome: "allowed", arguments: planned.arguments, hash: callHash(planned.offer, planned.arguments), ...score };
}

/** What a person decided of one call, or why it has to be asked again. */
function decide(call: SoundCall, answer: Extract<WaitAnswer, { kind: "person" }>, standing: Standing): Decision | { problem: string } {
  const { id, offer, score } = call;
  const known = {
    id,
    tool: offer.name,
    arguments: call.arguments,
    by: answer.by,
    ...(answer.note !== "" && { note: answer.note }),
    ...(score !== undefined && { score }),
  };
  if (answer.decision !== APPROVE && answer.decision !== APPROVE_ALWAYS) return { ...known, outcome: "rejected" };
  const edited = answer.edited;
  if (edited === undefined || edited === null) return { ...known, outcome: "approved", hash: callHash(offer, call.arguments) };
  if (typeof edited !== "object" || Array.isArray(edited)) return { problem: "What was changed is no object of arguments by call. Change it again." };
  const own = Object.hasOwn(edited, id) ? edited[id] : undefined;
  if (own === undefined || own === null) return { ...known, outcome: "dropped" };
  const misfit = typeof own !== "object" || Array.isArray(own) ? "They are no object." : argumentsProblem(offer, own);
  if (misfit !== undefined) return { problem: `The changed arguments of "${offer.title}" do not fit: ${misfit} Change them again.` };
  const changed = own as Record<string, Json>;
  const hash = callHash(offer, changed);
  if (hash === callHash(offer, call.arguments)) return { ...known, outcome: "approved", hash };
  const blocked = standing.config.safety === "off" ? undefined : blockedAfterEdit({ ...call, arguments: changed }, standing);
  if (blocked !== undefined)
    return { problem: `The safety check blocks the changed arguments of "${offer.title}": ${blocked} Change them again, or reject the call.` };
  return { ...known, outcome: "edited", before: call.arguments, arguments: changed, hash };
}

function blockedAfterEdit(call: SoundCall, standing: Standing): string | undefined {
  const assessment = assessByRules(actionOf(call, standing, true), standing.config);
  return assessment.verdict === "blocked" ? reasonsOf(assessment) : undefined;
}

function titleOf(asked: readonly SoundCall[]): string {
  const names = asked.map(({ offer }) => offer.title).join(", ");
  const what = asked.length === 1 ? names : `${asked.length} tools: ${names}`;
  return `The agent wants to call ${what}`.slice(0, 500);
}

function shownCall({ id, offer, arguments: given, reasons, score }: SoundCall, standings: Standings): Json {
  const binding = standings[offer.node]?.binding;
  return {
    id,
    tool: offer.name,
    node: offer.node,
    title: offer.title,
    arguments: given,
    schema: offer.input,
    effect: offer.effect,
    hash: callHash(offer, given),
    ...(binding && { binding: { ...binding } }),
    ...(reasons.length > 0 && { reason: reasons.join(" ") }),
    ...(score !== undefined && { score }),
  };
}

/** Arguments by call; a call that is taken out is not made. */
function editSchema(asked: readonly SoundCall[]): { [key: string]: Json } {
  const properties = Object.fromEntries(asked.map(({ id, offer }) => [id, { title: offer.title, ...offer.input }]));
  return { type: "object", properties, additionalProperties: false };
}
