import type { Json } from "#runtime/graph/json.ts";
import { type Asking, callAll, type RunAnswer } from "../kit/agents/asking.ts";
import type { Turn } from "../kit/agents/model-turn.ts";
import { resultContent } from "../kit/agents/result-content.ts";
import { approvalStep, type ToolApproval } from "../kit/mcp/tool-binding.ts";
import { type ModelMessage, type ToolCallPart, type ToolResultPart, textOf, toolCallsOf } from "../kit/models/message.ts";
import { type Assessed, assessAction, assessByRules } from "../kit/safety/score-action.ts";
import { budgetOfCalls, withinLimits } from "./limits.ts";
import { actionOf, bringsInContent, judgeCall, type PlannedCall, type SoundCall, type Standing, soundCall } from "./plan-calls.ts";
import { type Decision, review } from "./review.ts";
import { countCall, countTurn, type Session, spentBy } from "./session.ts";
import { standingsOf } from "./tool-standings.ts";

/** Characters of a line of the log. */
const MAX_LINE = 500;

/** Judges the calls of a turn, asks about those that need it, makes the others, and answers what the model is told of them. */
export async function* act(session: Session, { reply, endedAt }: Turn): Asking<ModelMessage> {
  const { context, tools, turns: turn } = session;
  const calls = toolCallsOf(reply.content);
  const wanted = tools.filter(({ name }) => calls.some((call) => call.name === name));
  const standing: Standing = { ...session, standings: await standingsOf(context, { name: `standings-${turn}`, tools: wanted }) };
  const planned: PlannedCall[] = [];
  for (const [index, call] of calls.entries()) planned.push(yield* judge(session, { id: `call-${turn}-${index + 1}`, call, standing }));
  const { decisions, always, decidedAt } = yield* review(context, { turn, planned, says: textOf(reply.content), standing });
  const decided = await context.step(`decision-${turn}`, { effect: "pure", input: { turn } }, async () => {
    for (const decision of decisions) context.log(decision.outcome === "allowed" ? "info" : "warn", line(decisionWords(decision)));
    return inOrder(decisions, planned);
  });
  for (const node of always) session.always.add(node);
  const made = decided.flatMap((decision) => {
    const offer = isMade(decision) ? tools.find(({ name }) => name === decision.tool) : undefined;
    return offer ? [{ decision, offer }] : [];
  });
  for (const { decision } of made) await recordApproval(session, decision);
  const warnings = yield* withinLimits(context, { ...session, spent: spentBy(session), next: { toolCalls: made.length, tokens: 0, minutes: 0 } });
  const budget = budgetOfCalls(session, { spent: spentBy(session), calls: made.length });
  const untrusted = session.untrusted === undefined ? undefined : (true as const);
  const answers = yield* callAll(
    context,
    made.map(({ decision, offer }) => ({ name: decision.id, node: offer.node, inputs: decision.arguments, ...(untrusted && { untrusted }), ...budget })),
  );
  for (const { used } of answers) countCall(session, used);
  for (const { offer } of made) {
    session.calls.set(offer.node, (session.calls.get(offer.node) ?? 0) + 1);
    if (bringsInContent(offer)) session.untrusted ??= offer.title;
  }
  session.workMs += workedMs(answers, Math.max(endedAt, decidedAt));
  const byId = new Map(made.map(({ decision }, index) => [decision.id, answers[index]]));
  const content = await context.step(`results-${turn}`, { effect: "pure", input: { turn } }, async () => {
    for (const warning of warnings) context.log("warn", warning);
    return planned.map(({ id, call }): ToolResultPart => {
      const decision = decided.find((one) => one.id === id);
      const result = resultOf(session, { call, decision, answer: byId.get(id) });
      context.log(result.isError ? "warn" : "info", line(`${call.name} answered: ${textOf(result.content)}`));
      return result;
    });
  });
  return { role: "tool", content };
}

async function* judge(session: Session, { id, call, standing }: { id: string; call: ToolCallPart; standing: Standing }): Asking<PlannedCall> {
  const planned = soundCall(id, call, standing);
  if (planned.verdict === "refused") return planned;
  return judgeCall(planned, standing, yield* assess(session, planned));
}

async function* assess(session: Session, planned: SoundCall): Asking<Assessed | undefined> {
  const { config, context, model } = session;
  if (config.safety === "off") return undefined;
  const action = actionOf(planned, session);
  if (config.safety === "rules") return assessByRules(action, config);
  const assessed = yield* assessAction(context, { name: `safety-${planned.id}`, action, model, thresholds: config });
  if (assessed.turn) countTurn(session, assessed.turn);
  return assessed;
}

/** Whoever carries the call out reads there what a person let through, and for what. */
async function recordApproval({ context }: Session, { id, by, binding }: Decision): Promise<void> {
  if (by === undefined || binding === undefined) return;
  await context.step<ToolApproval>(approvalStep(id), { effect: "pure", input: { by, binding: { ...binding } } }, async () => ({ by, binding }));
}

function inOrder(decisions: readonly Decision[], planned: readonly PlannedCall[]): Decision[] {
  return planned.flatMap(({ id }) => decisions.find((decision) => decision.id === id) ?? []);
}

function isMade({ outcome }: Decision): boolean {
  return outcome === "allowed" || outcome === "approved" || outcome === "edited";
}

/** From when the calls could be made until the last of them had ended. */
function workedMs(answers: readonly RunAnswer[], from: number): number {
  return Math.max(0, ...answers.map(({ at }) => Date.parse(at) - from));
}

/** What the model is told of one call. */
function resultOf(
  { config, model }: Session,
  { call, decision, answer }: { call: ToolCallPart; decision: Decision | undefined; answer: RunAnswer | undefined },
): ToolResultPart {
  const { id, name } = call;
  const told = (text: string): ToolResultPart => ({ type: "tool-result", id, name, content: [{ type: "text", text }], isError: true });
  const note = decision?.note === undefined ? "" : ` They say: ${decision.note}`;
  if (decision?.outcome === "rejected") return told(`A person rejected this call. It was not made.${note}`);
  if (decision?.outcome === "dropped") return told(`A person took this call out. It was not made.${note}`);
  if (!decision || !answer) return told(decision?.reason ?? "The call was not made.");
  const changed =
    decision.outcome === "edited"
      ? `A person changed the arguments before the call, to ${json(decision.arguments)}.${note}`
      : note === ""
        ? ""
        : `A person approved the call.${note}`;
  if (answer.state !== "succeeded") {
    const why = answer.state === "timed-out" ? "The tool ran out of time." : "The tool failed.";
    return told([changed, why, answer.message ?? ""].filter((part) => part !== "").join(" "));
  }
  const content = resultContent(answer.output, { maxCharacters: config.maxResultCharacters, seesImages: model.description.abilities.images });
  return { type: "tool-result", id, name, content: [...(changed === "" ? [] : [{ type: "text" as const, text: `${changed}\n` }]), ...content] };
}

function decisionWords({ tool, outcome, arguments: given, before, reason, by, note, score }: Decision): string {
  const who = by === undefined ? "" : ` by ${by}`;
  const was = before === undefined ? "" : ` (proposed: ${json(before)})`;
  const said = [reason, note].filter((part) => part !== undefined).join(" ");
  return `${tool}(${json(given)}) ${outcome}${who}${was}${score === undefined ? "" : `, safety ${score.toFixed(2)}`}${said === "" ? "" : `: ${said}`}`;
}

function json(value: Json): string {
  return JSON.stringify(value);
}

export function line(text: string): string {
  const one = text.replaceAll(/\s+/g, " ").trim();
  return one.length > MAX_LINE ? `${one.slice(0, MAX_LINE - 1)}…` : one;
}
