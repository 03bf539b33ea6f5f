import { hashJson } from "#runtime/graph/hash.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { type ExecuteArguments, implementNode } from "#runtime/node/define.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { done, type Outcome } from "#runtime/node/outcome.ts";
import { type Asking, askPerson, goOn } from "../kit/agents/asking.ts";
import { Conversation, userMessage } from "../kit/agents/conversation.ts";
import { chooseModel, modelTurn, outputTokensOf, type Turn } from "../kit/agents/model-turn.ts";
import { readStructured } from "../kit/agents/structured.ts";
import { type Recalled, recall, remember, threadKey } from "../kit/memory/recall.ts";
import type { MemoryThread } from "../kit/memory/service.ts";
import { estimateCost, estimateTokens } from "../kit/models/cost.ts";
import { picturesIn, type ReplyPart, textOf, toolCallsOf } from "../kit/models/message.ts";
import { toText } from "../kit/text/to-text.ts";
import { act, line } from "./act.ts";
import { type AgentConfig, type agentConfig, outputSchemaOf } from "./config.ts";
import { withinLimits } from "./limits.ts";
import { agent } from "./node.ts";
import { type Asked, readAsked, systemText } from "./prompt.ts";
import { countTurn, type Session, spentBy, toolCalls } from "./session.ts";
import { offeredTools } from "./tool-standings.ts";

/** How often the model is asked again, each: for an answer that was empty, was cut off, or does not fit its schema. */
const SECOND_CHANCES = { empty: 1, cut: 2, misfit: 2 };

export default implementNode(agent, (given) => goOn(work(given)));

async function* work({ config, inputs, tools, context }: ExecuteArguments<typeof agentConfig>): Asking<Outcome> {
  const { connection } = config;
  if (connection === undefined) throw new NodeError("validation", "No model provider is chosen.", { happened: "no" });
  const asked = readAsked(config, inputs);
  const model = await chooseModel(context, { connection, ...(config.model !== "" && { model: config.model }) });
  if (tools.length > 0 && !model.description.abilities.tools)
    throw new NodeError("validation", `${model.description.title} cannot call tools. Choose another model, or take the tools away.`, { happened: "no" });
  const unmatched = config.rules.find(({ tool }) => !tools.some(({ name, title }) => name === tool || title === tool));
  if (unmatched)
    throw new NodeError("validation", `A rule names the tool "${unmatched.tool}", and there is none of that name. Correct the rule, or remove it.`, {
      happened: "no",
    });
  const thread = threadOf(config, context);
  yield* mindThePrice(context, { config, model });
  const recalled = thread && (yield* recall(context, { thread, model, maxTokens: config.memoryTokens }));
  const session = beginSession({ config, tools: await offeredTools(context, tools), context, model, asked, recalled });
  const { text, result } = yield* converse(session);
  const { conversation, used, turns } = session;
  // of a conversation that was handed over whole, the last message is what is new
  if (thread) await rememberOrWarn(context, thread, conversation.messages.slice(asked.messages.length - 1));
  const usage = { model: model.description.model, turns, toolCalls: toolCalls(session), ...used };
  return done({
    text,
    ...(result !== undefined && { result }),
    images: picturesIn(conversation.messages.slice(asked.messages.length)),
    messages: conversation.messages,
    usage,
  });
}

/** A budget that cannot be kept, because nobody knows what the model costs, is told before the first dollar. */
async function* mindThePrice(context: ExecutionContext, { config, model }: Pick<Session, "config" | "model">): Asking<void> {
  const { prices, isDemo, title } = model.description;
  if (prices || isDemo || (config.maxDollars === undefined && !context.run.hasBudget)) return;
  const about = `Nobody entered a price for ${title}, so that the budget cannot be kept`;
  const answer = yield* askPerson(context, {
    name: "price-unknown",
    gate: "approval",
    title: `${about}. Go on all the same?`,
    decisions: ["continue", "stop"],
  });
  if (answer.decision !== "continue") throw new NodeError("budget", `${about}. Enter it under Models and prices, or take the budget away.`, { happened: "no" });
}

/** What is too long to be remembered does not undo what was done: whoever ran it again would do it twice. */
async function rememberOrWarn(context: ExecutionContext, ...given: Tail<Parameters<typeof remember>>): Promise<void> {
  try {
    await remember(context, ...given);
  } catch (error) {
    if (!(error instanceof NodeError) || error.code !== "limit") throw error;
    context.log("warn", `The conversation is not remembered: ${error.message}`);
  }
}

type Tail<List extends readonly unknown[]> = List extends readonly [unknown, ...infer Rest] ? Rest : never;

function threadOf({ memory, thread }: AgentConfig, { run, node }: ExecutionContext): MemoryThread | undefined {
  // a conversation that nobody named is remembered by nobody
  if (memory === "none" || (memory === "thread" && toText(thread).trim() === "")) return undefined;
  return { scope: memory === "run" ? "run" : "graph", run: run.id, node: node.id, key: memory === "run" ? "" : threadKey(toText(thread)) };
}

function beginSession(given: Pick<Session, "config" | "tools" | "context" | "model"> & { asked: Asked; recalled: Recalled | undefined }): Session {
  const { config, tools, model, asked, recalled } = given;
  const system = systemText(asked, { config, summary: recalled?.summary ?? "", writesSchema: !model.description.abilities.structured });
  const before = [...asked.examples, ...(recalled?.messages ?? [])];
  const conversation = new Conversation();
  conversation.add(...asked.messages);
  const output = outputSchemaOf(config);
  const session: Session = {
    ...{ context: given.context, config, tools, model, system, before, conversation },
    fixedTokens: estimateTokens({ messages: before, system, tools, output }),
    fixedDigest: hashJson({ system, before, output: output ?? null, tools: tools.map(({ hash }) => hash) }),
    extensions: { added: {}, warned: new Set() },
    always: new Set(),
    calls: new Map(),
    untrusted: given.context.run.isUntrusted ? "whoever called it" : holdsToolResults(recalled, asked) ? "an earlier conversation" : undefined,
    below: { dollars: 0, tokens: 0, toolCalls: 0 },
    used: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, dollars: 0 },
    turns: 0,
    workMs: 0,
  };
  if (recalled?.turn) countTurn(session, recalled.turn);
  return session;
}

/** What tools brought in earlier may hold what others wrote, and a summary of it may, too. */
function holdsToolResults(recalled: Recalled | undefined, asked: Asked): boolean {
  return (recalled?.summary ?? "") !== "" || [...(recalled?.messages ?? []), ...asked.messages].some(({ role }) => role === "tool");
}

interface Answer {
  text: string;
  result?: Json;
}

/** Turn by turn, until the model has answered. */
async function* converse(session: Session): Asking<Answer> {
  const { conversation } = session;
  const chances = { ...SECOND_CHANCES };
  /** Of an answer that was cut off, the part that came. */
  let begun = "";
  for (;;) {
    const turn = yield* takeTurn(session);
    const { content, stopReason } = turn.reply;
    if (content.length > 0) conversation.add({ role: "assistant", content });
    if (stopReason === "refusal") throw refused(turn.reply);
    if (stopReason === "max-tokens") {
      begun += cutOff(session, { content, isLast: chances.cut-- === 0 });
      continue;
    }
    if (toolCallsOf(content).length > 0) {
      conversation.add(yield* act(session, turn));
      begun = "";
      continue;
    }
    const text = begun + textOf(content);
    begun = "";
    if (text.trim() === "" && !content.some(({ type }) => type === "image")) {
      if (chances.empty-- === 0)
        throw new NodeError("tool", "The model answered with nothing, twice. Say more exactly what you want, or choose another model.", { happened: "no" });
      conversation.add(userMessage("Your answer was empty. Say in words what you have found or done."));
      continue;
    }
    const schema = outputSchemaOf(session.config);
    if (!schema) return { text };
    const read = readStructured(text, schema);
    if (read.fits) return { text, result: read.value };
    if (chances.misfit-- === 0)
      throw new NodeError("validation", `The model's answer does not fit the schema, however often it was asked. ${read.problem}`, {
        happened: "no",
        details: { answer: text.slice(0, 2_000) },
      });
    conversation.add(userMessage(`Your answer does not fit. ${read.problem} Answer again, with the whole JSON and nothing else.`));
  }
}

async function* takeTurn(session: Session): Asking<Turn> {
  const { context, config, tools, model, system, before, conversation } = session;
  const { temperature, maxOutputTokens } = config;
  const output = model.description.abilities.structured ? outputSchemaOf(config) : undefined;
  const request = {
    ...(system !== "" && { system }),
    messages: [...before, ...conversation.messages],
    ...(tools.length > 0 && { tools: tools.map(({ name, description, input }) => ({ name, description, input })) }),
    ...(output && { output }),
    ...(temperature !== undefined && { temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
  const inputTokens = session.fixedTokens + conversation.tokens;
  const { prices } = model.description;
  const dollars = prices ? estimateCost({ inputTokens, maxOutputTokens: outputTokensOf({ model, request }), prices }) : 0;
  const warnings = yield* withinLimits(context, { ...session, spent: spentBy(session), next: { turns: 1, toolCalls: 0, dollars } });
  session.turns += 1;
  const number = session.turns;
  const turn = yield* modelTurn(context, {
    name: `turn-${number}`,
    ...{ model, request, inputTokens },
    input: { fixed: session.fixedDigest, conversation: conversation.digest },
    isShown: true,
    onBegin: () => {
      for (const warning of warnings) context.log("warn", warning);
    },
    onReply: ({ content }) => {
      for (const words of replyLines(content)) context.log("info", line(`Turn ${number}: ${words}`));
    },
  });
  countTurn(session, turn);
  return turn;
}

/** The trace of a turn: what it thought, said and wants to call. */
function replyLines(content: readonly ReplyPart[]): string[] {
  return content.flatMap((part) => {
    if (part.type === "tool-call") return [`wants ${part.name}(${part.invalid ?? JSON.stringify(part.arguments)})`];
    if (part.type === "image") return ["name" in part.image ? `draws ${part.image.name}` : "draws a picture"];
    if (part.text.trim() === "") return [];
    return [`${part.type === "text" ? "says" : "thinks"}: ${part.text}`];
  });
}

/** Asks for the rest of an answer, and answers the part that came. Calls of such an answer are not made: they may be half. */
function cutOff({ conversation, model, config }: Session, { content, isLast }: { content: readonly ReplyPart[]; isLast: boolean }): string {
  if (isLast) {
    const tokens = config.maxOutputTokens ?? model.description.maxOutputTokens;
    throw new NodeError(
      "limit",
      `The model's answer was cut off${tokens === undefined ? "" : ` after ${tokens} tokens`}, again and again. Let it write more in one answer, or ask for less.`,
      {
        happened: "no",
      },
    );
  }
  const calls = toolCallsOf(content);
  if (calls.length === 0) {
    conversation.add(userMessage("Your answer was cut off because it was too long. Go on exactly where it ended."));
    return textOf(content);
  }
  const text = "Your answer was cut off, so that this call was not made. Make it again, with less around it.";
  conversation.add({
    role: "tool",
    content: calls.map(({ id, name }) => ({ type: "tool-result", id, name, content: [{ type: "text", text }], isError: true })),
  });
  return "";
}

function refused({ content, model, requestId }: Turn["reply"]): NodeError {
  const said = textOf(content).trim();
  return new NodeError("policy", said === "" ? "The model declined to answer." : `The model declined to answer: ${said.slice(0, 1_000)}`, {
    happened: "no",
    details: { model, ...(requestId !== undefined && { requestId }) },
  });
}
