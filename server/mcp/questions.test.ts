import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { CreateMessageRequestSchema, ElicitRequestSchema, ErrorCode } from "@modelcontextprotocol/sdk/types.js";
import { expect, it } from "vitest";
import { connectionIdSchema } from "#runtime/graph/ids.ts";
import type { McpConnectionSettings } from "./connection-settings.ts";
import { answerQuestions } from "./questions.ts";

type Handler = (request: object, extra: { signal: AbortSignal }) => Promise<unknown>;

/** A server's side of a client that may be asked, during one call. */
function asking(sampling: McpConnectionSettings["sampling"] = "ask") {
  const handlers = new Map<unknown, Handler>();
  const client = { setRequestHandler: (schema: unknown, handler: Handler) => void handlers.set(schema, handler) };
  const conversation = answerQuestions(client as unknown as Client, { elicitation: "ask", ...(sampling && { sampling }) }).begin({
    answers: [],
    idempotencyKey: "k",
  });
  const send = (schema: unknown, params: object) => {
    const answer = handlers.get(schema)?.({ params }, { signal: new AbortController().signal }) ?? Promise.reject(new Error("Nobody answers this."));
    answer.catch(() => undefined);
    return answer;
  };
  return {
    conversation,
    form: (message: string) => send(ElicitRequestSchema, { message, requestedSchema: { type: "object", properties: {} } }),
    prompt: (text: string) => send(CreateMessageRequestSchema, { messages: [{ role: "user", content: { type: "text", text } }], maxTokens: 10 }),
  };
}

const refused = { code: ErrorCode.InvalidParams };

it("a question to a person has 64 KiB at most; what a model is asked may be longer", async () => {
  const { form, prompt, conversation } = asking();
  await expect(form("x".repeat(64 * 1024))).rejects.toMatchObject({ ...refused, message: expect.stringContaining("64 KiB at most") });
  await expect(prompt("x".repeat(64 * 1024))).rejects.toMatchObject(refused);
  void form("Really?");
  expect(await conversation.asked()).toMatchObject({ message: "Really?" });

  const model = asking({ connection: connectionIdSchema.parse("conn_models"), maxTokens: 10 });
  await expect(model.prompt("x".repeat(4 * 1024 * 1024))).rejects.toMatchObject(refused);
  void model.prompt("x".repeat(64 * 1024));
  expect(await model.conversation.asked()).toMatchObject({ type: "sampling" });
});

it("no more than eight questions of a call wait for answers", async () => {
  const { form, conversation } = asking();
  const open = Array.from({ length: 8 }, (_, index) => form(`Number ${index}?`));
  await expect(form("One more?")).rejects.toMatchObject({ ...refused, message: expect.stringContaining("8 questions") });
  conversation.give([{ question: { type: "form", message: "Number 0?", schema: { type: "object", properties: {} } }, decision: "decline" }]);
  expect(await open[0]).toEqual({ action: "decline" });
  void form("One more?");
  conversation.end();
  expect(await open[7]).toEqual({ action: "cancel" });
});
