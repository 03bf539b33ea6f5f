import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import {
  type ClientCapabilities,
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ElicitRequestURLParamsSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";
import { createJsonCheck } from "#nodes/kit/agents/check-json.ts";
import type { ServerAnswer, ServerQuestion, ToolCall } from "#nodes/kit/mcp/service.ts";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { McpConnectionSettings } from "./connection-settings.ts";

/** JSON-RPC error code with which a sampling request is refused (MCP, "sampling"). */
const REFUSED = -1;
/** The server wants a page to be visited before it is called. */
const URL_REQUIRED = -32_042;

/** What is asked during one call, and what was answered before. */
interface Conversation {
  /** The first question without an answer: the call is over. */
  readonly asked: ServerQuestion | undefined;
  /** A question that came as the error of a call; whether it is a new one. */
  ask(error: unknown): boolean;
  end(): void;
}

/** Answers what a server asks, by the rules of its connection. */
export interface Questions {
  /** Whose questions may reach a person: what is asked does not say for which call, so that calls have to follow one another. */
  readonly isAsking: boolean;
  /** From here on questions are those of this call. */
  begin(call: Pick<ToolCall, "answers">, onAsked: () => void): Conversation;
}

type Policy = Pick<McpConnectionSettings, "elicitation" | "sampling">;

/** What a client tells servers that it can be asked. */
export function capabilitiesOf({ elicitation, sampling }: Policy): ClientCapabilities {
  return { ...(elicitation === "ask" && { elicitation: { form: {}, url: {} } }), ...(sampling === "ask" && { sampling: {} }) };
}

/** Begins to answer; before the client is connected. */
export function answerQuestions(client: Client, policy: Policy): Questions {
  let current: ((question: ServerQuestion) => ServerAnswer | undefined) | undefined;
  const reply = (question: ServerQuestion): ServerAnswer | undefined => (current ? current(question) : { question, decision: "decline" });
  if (policy.elicitation === "ask") {
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      const { message } = params;
      const answer = reply(
        params.mode === "url" ? { type: "url", message, url: params.url } : { type: "form", message, schema: { ...params.requestedSchema } },
      );
      if (!answer) return { action: "cancel" };
      if (answer.decision === "decline") return { action: "decline" };
      return answer.question.type === "form" ? { action: "accept", content: primitive(answer.content) } : { action: "accept" };
    });
  }
  if (policy.sampling === "ask") {
    client.setRequestHandler(CreateMessageRequestSchema, ({ params: { messages, systemPrompt, maxTokens } }) => {
      const asked = messages.map(({ role, content }) => ({ role, content }));
      const answer = reply({ type: "sampling", messages: asked, maxTokens, ...(systemPrompt !== undefined && { system: systemPrompt }) });
      if (!answer) throw new McpError(REFUSED, "A person is being asked; the tool is called again with what they say.");
      if (answer.decision === "decline") throw new McpError(REFUSED, "The person who was asked declined.");
      return { role: "assistant", content: { type: "text", text: String(answer.content.text ?? "") }, model: "person", stopReason: "endTurn" };
    });
  }
  return {
    isAsking: policy.elicitation === "ask" || policy.sampling === "ask",
    begin: ({ answers }, onAsked) => {
      const open = [...(answers ?? [])];
      let asked: ServerQuestion | undefined;
      const answer = (question: ServerQuestion): ServerAnswer | undefined => {
        const index = open.findIndex((known) => keyOf(known.question) === keyOf(question));
        if (index !== -1) return open.splice(index, 1)[0];
        if (answers === undefined) return { question, decision: "decline" };
        asked ??= question;
        onAsked();
        return undefined;
      };
      current = answer;
      return {
        get asked() {
          return asked;
        },
        ask: (error) => {
          const pages = policy.elicitation === "ask" ? pagesIn(error) : [];
          // what was answered is not asked again: the page was visited, or somebody declined
          for (const page of pages) if (!answers?.some(({ question }) => keyOf(question) === keyOf(page))) answer(page);
          return asked !== undefined;
        },
        end: () => {
          if (current === answer) current = undefined;
        },
      };
    },
  };
}

/** Throws `NodeError("validation")` for an answer that is none to its question; nothing happened then. */
export function checkAnswers(answers: readonly ServerAnswer[] | undefined): void {
  for (const answer of answers ?? []) {
    if (answer.decision === "decline" || answer.question.type === "url") continue;
    const schema = answer.question.type === "form" ? answer.question.schema : { type: "object", properties: { text: { type: "string" } }, required: ["text"] };
    const problem = createJsonCheck(schema)(answer.content);
    if (problem)
      throw new NodeError("validation", `What was entered does not fit what the server asked for: ${problem}`, { happened: "no", details: { problem } });
  }
}

/** The same question when it comes again: the address of a page may be made anew each time. */
function keyOf(question: ServerQuestion): string {
  if (question.type !== "url") return canonicalJson(JSON.parse(JSON.stringify(question)));
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
