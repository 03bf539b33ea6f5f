import type { ExecutionContext } from "#runtime/node/context.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { addDollars } from "#runtime/run/dollars.ts";
import type { RunAnswer } from "../kit/agents/asking.ts";
import type { Conversation } from "../kit/agents/conversation.ts";
import type { ChosenModel, Turn, Used } from "../kit/agents/model-turn.ts";
import { addUsage } from "../kit/agents/model-turn.ts";
import type { ModelMessage } from "../kit/models/message.ts";
import type { AgentConfig } from "./config.ts";
import type { Extensions, Spent } from "./limits.ts";

/** One node run of an agent. All of it follows from the config, the inputs and what was recorded, so that it is the same when it is entered again. */
export interface Session {
  readonly context: ExecutionContext;
  readonly config: AgentConfig;
  readonly tools: readonly ToolOffer[];
  readonly model: ChosenModel;
  readonly system: string;
  /** Examples, and what is remembered. */
  readonly before: readonly ModelMessage[];
  /** Tokens of all that is the same in each turn. */
  readonly fixedTokens: number;
  /** Stands for all that is the same in each turn. */
  readonly fixedDigest: string;
  readonly conversation: Conversation;
  readonly extensions: Extensions;
  /** Tools that a person lets through for the rest of the node run, by node. */
  readonly always: Set<string>;
  /** Calls made, by node. */
  readonly calls: Map<string, number>;
  untrusted: string | undefined;
  used: Used;
  /** What the runs of its calls used. */
  below: { dollars: number; tokens: number; toolCalls: number };
  turns: number;
  /** Milliseconds at work. */
  workMs: number;
}

export function countTurn(session: Session, { reply, tookMs }: Turn): void {
  session.used = addUsage(session.used, reply.usage, session.model.description);
  session.workMs += tookMs;
}

export function countCall({ below }: Session, used: RunAnswer["used"]): void {
  if (!used) return;
  below.dollars = addDollars(below.dollars, used.dollars);
  below.tokens += used.tokens;
  below.toolCalls += used.toolCalls;
}

export function toolCalls({ calls }: Session): number {
  return [...calls.values()].reduce((sum, count) => sum + count, 0);
}

export function spentBy(session: Session): Spent {
  const { used, below, turns, workMs } = session;
  const tokens = used.inputTokens + used.outputTokens + below.tokens;
  return { turns, toolCalls: toolCalls(session) + below.toolCalls, tokens, dollars: addDollars(used.dollars, below.dollars), minutes: workMs / 60_000 };
}
