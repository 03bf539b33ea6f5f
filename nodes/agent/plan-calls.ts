import { hashJson } from "#runtime/graph/hash.ts";
import type { Json } from "#runtime/graph/json.ts";
import { strictest } from "#runtime/node/autonomy.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { createJsonCheck } from "../kit/agents/check-json.ts";
import type { ToolCallPart } from "../kit/models/message.ts";
import type { Action } from "../kit/safety/action.ts";
import { type Assessment, reasonsOf } from "../kit/safety/score-action.ts";
import type { AgentConfig } from "./config.ts";
import type { Standings } from "./tool-standings.ts";

type Arguments = Record<string, Json>;

/** A call the model wants made, and what the rules say of it. */
export type PlannedCall = { id: string; call: ToolCallPart } & (
  | { verdict: "refused"; kind: "invalid" | "denied" | "blocked"; reason: string; score?: number }
  | { verdict: "ask" | "go"; offer: ToolOffer; arguments: Arguments; reasons: string[]; score?: number }
);
export type SoundCall = Extract<PlannedCall, { offer: ToolOffer }>;

/** What is known when calls are judged. */
export interface Standing {
  config: AgentConfig;
  tools: readonly ToolOffer[];
  /** Tools a person lets through for the rest of the node run, by node. */
  always: ReadonlySet<string>;
  /** Title of the tool whose answer brought in what others wrote. */
  untrusted: string | undefined;
  /** Calls made before, by node. */
  calls: ReadonlyMap<string, number>;
  /** How the tools of servers stand that the model wants to call. */
  standings: Standings;
}

/** Whether the arguments can be given to the tool; what is wrong is told to whoever wrote them. */
export function argumentsProblem(offer: ToolOffer, given: unknown): string | undefined {
  return createJsonCheck(offer.input)(given);
}

/** What is set in the tool, or is no argument of it, is not given by whoever calls it. */
function strayArgument({ input }: ToolOffer, given: Arguments): string | undefined {
  const known = argumentNames(input);
  const stray = known.size === 0 ? undefined : Object.keys(given).find((name) => !known.has(name));
  return stray === undefined ? undefined : `It takes no "${stray}".`;
}

/** A tool that names no arguments gets none, whatever is written for it. */
function takenOf({ input }: ToolOffer, given: Arguments): Arguments {
  return argumentNames(input).size === 0 ? {} : given;
}

function argumentNames({ properties }: ToolOffer["input"]): ReadonlySet<string> {
  return new Set(typeof properties === "object" && properties !== null ? Object.keys(properties) : []);
}

/** A call that can be made at all, or why it cannot, in words for the model. */
export function soundCall(id: string, call: ToolCallPart, { config, tools, standings }: Standing): PlannedCall {
  const refuse = (kind: "invalid" | "denied", reason: string): PlannedCall => ({ id, call, verdict: "refused", kind, reason });
  const offer = tools.find(({ name }) => name === call.name);
  if (!offer) return refuse("invalid", `There is no tool "${call.name}". ${namesOf(tools)}`);
  if (call.invalid !== undefined) return refuse("invalid", "The arguments were no JSON. Make the call again with a JSON object.");
  if (ruleFor(offer, config) === "deny") return refuse("denied", `The rules of this agent do not let it call "${offer.name}". Find another way.`);
  if (standings[offer.node]?.rule === "deny") return refuse("denied", deniedReason(offer));
  const problem = argumentsProblem(offer, call.arguments) ?? strayArgument(offer, call.arguments);
  if (problem !== undefined) return refuse("invalid", `The arguments do not fit the tool. ${problem} Make the call again.`);
  return { id, call, verdict: "go", offer, arguments: takenOf(offer, call.arguments), reasons: [] };
}

export function deniedReason({ name }: ToolOffer): string {
  return `"${name}" may not be called any more: a rule of this workspace denies it. Find another way.`;
}

/** What the safety check is shown. */
export function actionOf({ offer, arguments: given }: SoundCall, { config, calls }: Pick<Standing, "config" | "calls">, approved = false): Action {
  const hosts = config.hosts.length > 0 && { hosts: config.hosts };
  return { tool: offer.name, arguments: given, context: { effect: offer.effect, calls: calls.get(offer.node) ?? 0, ...hosts, ...(approved && { approved }) } };
}

/** The rules, in their order: a denied tool is out by now; what safety blocks is refused; what has a reason to ask asks; "always" spares the rest. */
export function judgeCall(sound: SoundCall, standing: Standing, safety?: Assessment): PlannedCall {
  const { id, call, offer } = sound;
  const { config } = standing;
  const score = safety && { score: safety.score };
  if (safety?.verdict === "blocked") {
    const reason = `The safety check blocked the call (score ${safety.score.toFixed(2)}). ${reasonsOf(safety)} Find a way that complies.`;
    return { id, call, verdict: "refused", kind: "blocked", reason, ...score };
  }
  const reasons = [
    ...(ruleFor(offer, config) === "ask" ? ["A rule of this agent asks before this tool."] : []),
    ...(standing.standings[offer.node]?.rule === "ask" ? ["A rule of this workspace lets a person look at each call of this tool."] : []),
    ...(safety?.verdict === "review" ? [`Its safety score is ${safety.score.toFixed(2)}. ${reasonsOf(safety)}`] : []),
    ...(isUntrusted(sound, standing) ? [`The agent has read what came in by "${standing.untrusted}", which may hold instructions of others.`] : []),
  ];
  const isAsked = reasons.length > 0 || (mustAsk(offer, config) && !standing.always.has(offer.node));
  return { ...sound, verdict: isAsked ? "ask" : "go", reasons, ...score };
}

/** Stands for the tool as it is and for exactly these arguments. */
export function callHash(offer: ToolOffer, given: Arguments): string {
  return hashJson({ tool: offer.hash, arguments: given });
}

/** Whether what it answers may hold what others wrote. An agent's answer may, too. */
export function bringsInContent(offer: ToolOffer): boolean {
  return offer.effect !== "pure" || isAgent(offer);
}

function mustAsk(offer: ToolOffer, config: AgentConfig): boolean {
  const autonomy = strictest(config.autonomy, offer.autonomy);
  return autonomy === "manual" || (autonomy === "copilot" && writes(offer));
}

function isUntrusted({ offer }: SoundCall, { config, untrusted }: Standing): boolean {
  return config.askAfterUntrusted && untrusted !== undefined && writes(offer);
}

function writes({ effect }: ToolOffer): boolean {
  return effect === "write" || effect === "keyed";
}

function isAgent({ about }: ToolOffer): boolean {
  return typeof about === "object" && about !== null && !Array.isArray(about) && about.agent === true;
}

function ruleFor({ name, title }: ToolOffer, { rules }: AgentConfig): "ask" | "deny" | undefined {
  const own = rules.filter(({ tool }) => tool === name || tool === title).map(({ rule }) => rule);
  return own.includes("deny") ? "deny" : own[0];
}

function namesOf(tools: readonly ToolOffer[]): string {
  return tools.length === 0 ? "You have no tools." : `Your tools: ${tools.map(({ name }) => name).join(", ")}.`;
}
