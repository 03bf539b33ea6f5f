import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  type ClientCapabilities,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ElicitRequestURLParamsSchema,
  ErrorCode,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { createJsonCheck } from "#nodes/kit/agents/check-json.ts";
import type { ServerAnswer, ServerQuestion, ToolCall } from "#nodes/kit/mcp/service.ts";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { type Happened, NodeError } from "#runtime/node/node-error.ts";
import type { McpConnectionSettings } from "./connection-settings.ts";

/** JSON-RPC error code with which a sampling request is refused (MCP, "sampling"). */
const REFUSED = -1;
/** The server wants a page to be visited before it is called. */
const URL_REQUIRED = -32_042;

/** Bytes of one question, as JSON: what people are asked is in the log of the run, what a model is asked is kept beside it. */
const LONGEST = { person: 64 * 1024, model: 4 * 1024 * 1024 };
/** Questions of one call that wait for an answer at the same time. */
const MOST_OPEN = 8;

/** What is asked during one call, and what was answered. */
export interface Conversation {
  /** The next question that waits for an answer. */
  asked(): Promise<ServerQuestion>;
  /** To what was asked, or may be asked again. */
  give(answers: readonly ServerAnswer[]): void;
  /** A question that came as the error of a call, which did nothing. */
  refusal(error: unknown): ServerQuestion | undefined;
  end(): void;
}

/** Answers what a server asks, by the rules of its connection. */
export interface Questions {
  /** Whose questions may reach somebody: what is asked does not say for which call, so that calls have to follow one another. */
  readonly isAsking: boolean;
  /** From here on questions are those of this call. */
  begin(call: Pick<ToolCall, "answers" | "idempotencyKey">): Conversation;
}

type Policy = Pick<McpConnectionSettings, "elicitation" | "sampling">;
type Answering = (question: ServerQuestion, signal: AbortSignal) => ServerAnswer | Promise<ServerAnswer | undefined>;

/** What a client tells servers that it can be asked. */
export function capabilitiesOf({ elicitation, sampling = "off" }: Policy): ClientCapabilities {
  return { ...(elicitation === "ask" && { elicitation: { form: {}, url: {} } }), ...(sampling !== "off" && { sampling: {} }) };
}

/** Begins to answer; before the client is connected. */
export function answerQuestions(client: Client, policy: Policy): Questions {
  const { elicitation, sampling = "off" } = policy;
  let current: Answering | undefined;
  const reply: Answering = (question, signal) => (current ? current(question, signal) : { question, decision: "decline" });
  if (elicitation === "ask") {
    client.setRequestHandler(ElicitRequestSchema, async ({ params }, { signal }) => {
      const { message } = params;
      const answer = await reply(
        params.mode === "url" ? { type: "url", message, url: params.url } : { type: "form", message, schema: { ...params.requestedSchema } },
        signal,
      );
      if (!answer) return { action: "cancel" };
      if (answer.decision === "decline") return { action: "decline" };
      return answer.question.type === "form" ? { action: "accept", content: primitive(answer.content) } : { action: "accept" };
    });
  }
  if (sampling !== "off") {
    client.setRequestHandler(CreateMessageRequestSchema, async ({ params: { messages, systemPrompt, maxTokens } }, { signal }) => {
      const asked = messages.map(({ role, content }) => ({ role, content }));
      const by = sampling === "ask" ? {} : { by: sampling };
      const answer = await reply({ type: "sampling", messages: asked, maxTokens, ...(systemPrompt !== undefined && { system: systemPrompt }), ...by }, signal);
      if (!answer) throw new McpError(REFUSED, "The call was called off.");
      if (answer.decision === "decline") throw new McpError(REFUSED, sampling === "ask" ? "The person who was asked declined." : "No model answers this.");
      return sampled(answer.content);
    });
  }
  return {
    isAsking: elicitation === "ask" || sampling !== "off",
    begin: (call) => {
      const { answer, ...conversation } = converse(call, { asksPages: elicitation === "ask" });
      current = answer;
      return {
        ...conversation,
        end: () => {
          if (current === answer) current = undefined;
          conversation.end();
        },
      };
    },
  };
}

/** Without answers or a key nobody is asked. */
function converse(
  { answers, idempotencyKey }: Pick<ToolCall, "answers" | "idempotencyKey">,
  { asksPages }: { asksPages: boolean },
): Conversation & { answer: Answering } {
  const known = [...(answers ?? [])];
  const waiting: { question: ServerQuestion; resolve: (answer: ServerAnswer | undefined) => void }[] = [];
  let asking = Promise.withResolvers<ServerQuestion>();
  const takeAnswer = (question: ServerQuestion) => {
    const index = known.findIndex((one) => keyOf(one.question) === keyOf(question));
    return index === -1 ? undefined : known.splice(index, 1)[0];
  };
  const leave = (resolve: (answer: ServerAnswer | undefined) => void) => {
    const index = waiting.findIndex((one) => one.resolve === resolve);
    if (index !== -1) waiting.splice(index, 1);
  };
  return {
    answer: (question, signal) => {
      const answer = takeAnswer(question);
      if (answer) return answer;
      if (answers === undefined || idempotencyKey === undefined) return { question, decision: "decline" };
      const tooMuch = tooMuchOf(question, waiting.length);
      if (tooMuch !== undefined) throw new McpError(ErrorCode.InvalidParams, tooMuch);
      const { promise, resolve } = Promise.withResolvers<ServerAnswer | undefined>();
      waiting.push({ question, resolve });
      // the server does not want to know any more
      signal.addEventListener("abort", () => {
        leave(resolve);
        resolve(undefined);
      });
      asking.resolve(question);
      return promise;
    },
    asked: () => asking.promise,
    give: (given) => {
      known.push(...given);
      for (const { question, resolve } of [...waiting]) {
        const answer = takeAnswer(question);
        if (!answer) continue;
        leave(resolve);
        resolve(answer);
      }
      asking = Promise.withResolvers<ServerQuestion>();
      const [next] = waiting;
      if (next) asking.resolve(next.question);
    },
    refusal: (error) => {
      if (!asksPages || answers === undefined) return undefined;
      // what was answered is not asked again: the page was visited, or somebody declined
      return pagesIn(error).find((page) => tooMuchOf(page) === undefined && !answers.some(({ question }) => keyOf(question) === keyOf(page)));
    },
    end: () => {
      for (const { resolve } of waiting.splice(0)) resolve(undefined);
    },
  };
}

/** Why a question is not asked, for the server; undefined where it may be. */
function tooMuchOf(question: ServerQuestion, open = 0): string | undefined {
  const isForModel = question.type === "sampling" && question.by !== undefined;
  const longest = isForModel ? LONGEST.model : LONGEST.person;
  if (open >= MOST_OPEN) return `Not more than ${MOST_OPEN} questions of one call wait for answers at the same time.`;
  if (Buffer.byteLength(JSON.stringify(question)) > longest) return `A question to a ${isForModel ? "model" : "person"} has ${longest / 1024} KiB at most.`;
  return undefined;
}

function sampled({ text, model, stopReason }: Record<string, unknown>) {
  return {
    role: "assistant" as const,
    content: { type: "text" as const, text: String(text ?? "") },
    model: typeof model === "string" ? model : "person",
    stopReason: typeof stopReason === "string" ? stopReason : "endTurn",
  };
}

/** Throws `NodeError("validation")` for an answer that is none to its question; `happened`: what is known of the call then. */
export function checkAnswers(answers: readonly ServerAnswer[] | undefined, happened: Happened = "no"): void {
  for (const answer of answers ?? []) {
    if (answer.decision === "decline" || answer.question.type === "url") continue;
    const schema = answer.question.type === "form" ? answer.question.schema : { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
    const problem = createJsonCheck(schema)(answer.content);
    if (problem) throw new NodeError("validation", `What was entered does not fit what the server asked for: ${problem}`, { happened, details: { problem } });
  }
}

/** The same question when it comes again: the address of a page may be made anew each time. */
function keyOf(question: ServerQuestion): string {
  if (question.type !== "url") {
    const { by: _, ...asked } = question.type === "sampling" ? question : { ...question, by: undefined };
    return canonicalJson(JSON.parse(JSON.stringify(asked)));
  }
  const url = URL.parse(question.url);
  return JSON.stringify([question.message, url ? `${url.origin}${url.pathname}` : question.url]);
}

function pagesIn(error: unknown): ServerQuestion[] {
  if (!(error instanceof McpError) || error.code !== URL_REQUIRED) return [];
  const parsed = z.object({ elicitations: z.array(ElicitRequestURLParamsSchema) }).safeParse(error.data);
  return (parsed.data?.elicitations ?? []).map(({ message, url }) => ({ type: "url", message, url }));
}

/** What a form may hold by the protocol; anything else the server would refuse as a whole. */
function primitive(content: Record<string, unknown>): Record<string, string | number | boolean | string[]> {
  const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
  return Object.fromEntries(
    Object.entries(content).flatMap(([name, given]) => {
      const parsed = value.safeParse(given);
      return parsed.success ? [[name, parsed.data]] : [];
    }),
  );
}
