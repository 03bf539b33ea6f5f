import type { NodeBudget } from "#runtime/graph/budget.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type Asking, askPerson } from "../kit/agents/asking.ts";
import type { AgentConfig } from "./config.ts";

const KINDS = ["turns", "toolCalls", "tokens", "dollars", "minutes"] as const;
type Kind = (typeof KINDS)[number];

/** What is used, by limit. */
export type Spent = Record<Kind, number>;
/** Of each limit that is set: how often a person has added it once more, and for which of those it was warned. */
export interface Extensions {
  added: Partial<Record<Kind, number>>;
  warned: Set<string>;
}

const WARN_AT = 0.8;

interface Given {
  config: AgentConfig;
  spent: Spent;
  /** What is about to be used on top. */
  next: Partial<Spent>;
  extensions: Extensions;
}

/** Lets the agent go on while its limits allow, or once a person does. Answers the warnings that are due. Throws `NodeError("limit")`. */
export async function* withinLimits(context: ExecutionContext, given: Given): Asking<string[]> {
  const warnings: string[] = [];
  const { config, spent, next, extensions } = given;
  for (const kind of KINDS) {
    const limit = limitOf(config, kind);
    if (limit === undefined) continue;
    const used = spent[kind];
    const isOver = () => used + (next[kind] ?? least(kind)) > allowed(limit, extensions, kind);
    if (isOver()) {
      const before = extensions.added[kind] ?? 0;
      const missing = used + (next[kind] ?? least(kind)) - allowed(limit, extensions, kind);
      const times = limit > 0 ? Math.max(1, Math.ceil(missing / limit)) : 1;
      yield* askToGoOn(context, { ...given, kind, limit, times });
      extensions.added[kind] = before + times;
    }
    const most = allowed(limit, extensions, kind);
    const key = `${kind}-${extensions.added[kind] ?? 0}`;
    if (used < most * WARN_AT || extensions.warned.has(key)) continue;
    extensions.warned.add(key);
    warnings.push(`The agent has used ${words(kind, used)} of the ${words(kind, most)} it may.`);
  }
  return warnings;
}

/** What is left of its limits, for what it calls: each of several calls at once gets its share. */
export function budgetOfCalls({ config, extensions }: Pick<Given, "config" | "extensions">, { spent, calls }: { spent: Spent; calls: number }) {
  const left = (kind: "dollars" | "tokens" | "toolCalls", inUse = 0) => {
    const limit = limitOf(config, kind);
    if (limit === undefined) return {};
    const share = Math.max(0, allowed(limit, extensions, kind) - spent[kind] - inUse) / Math.max(1, calls);
    return { [kind]: kind === "dollars" ? Math.floor(share * 1e10) / 1e10 : Math.floor(share) };
  };
  const budget: NodeBudget = { ...left("dollars"), ...left("tokens"), ...left("toolCalls", calls) };
  return Object.keys(budget).length > 0 ? { budget } : {};
}

async function* askToGoOn(
  context: ExecutionContext,
  given: Given & { kind: Kind; limit: number /** What is asked for, in limits. */; times: number },
): Asking<void> {
  const { config, kind, limit, times, spent, extensions } = given;
  const most = allowed(limit, extensions, kind);
  const about = `The agent has used ${words(kind, spent[kind])} of the ${words(kind, most)} it may`;
  const fail = (message: string) => new NodeError("limit", message, { happened: "no", details: { limit: kind, used: spent[kind], allowed: most } });
  if (config.onLimit === "fail") throw fail(`${about}, and needs more. Raise the limit, or give it a smaller task.`);
  const answer = yield* askPerson(context, {
    name: `limit-${kind}-${(extensions.added[kind] ?? 0) + 1}`,
    gate: "approval",
    title: `${about}. May it use ${words(kind, limit * times)} more?`,
    decisions: ["continue", "stop"],
    details: { limit: kind, used: spent[kind], allowed: most },
  });
  if (answer.decision !== "continue") throw fail(`${about}, and was stopped${answer.note === "" ? "." : `: ${answer.note}`}`);
}

function allowed(limit: number, { added }: Extensions, kind: Kind): number {
  return limit * (1 + (added[kind] ?? 0));
}

function limitOf(config: AgentConfig, kind: Kind): number | undefined {
  switch (kind) {
    case "turns":
      return config.maxTurns;
    case "toolCalls":
      return config.maxToolCalls;
    case "tokens":
      return config.maxTokens;
    case "dollars":
      return config.maxDollars;
    case "minutes":
      return config.maxMinutes;
  }
}

/** What going on uses at least of it: something, so that all of it being used counts. */
function least(kind: Kind): number {
  return kind === "tokens" ? 1 : kind === "minutes" ? 1e-9 : 0;
}

function words(kind: Kind, amount: number): string {
  switch (kind) {
    case "turns":
      return `${amount} ${amount === 1 ? "turn" : "turns"}`;
    case "toolCalls":
      return `${amount} tool ${amount === 1 ? "call" : "calls"}`;
    case "tokens":
      return `${amount} tokens`;
    case "dollars":
      return `$${amount.toFixed(4)}`;
    case "minutes":
      return `${Math.round(amount * 10) / 10} minutes`;
  }
}
