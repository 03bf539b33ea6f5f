import { NodeError } from "#runtime/node/node-error.ts";
import type { ReplyPart } from "../models/message.ts";
import type { ModelClient, ModelDescription, ModelReply, ModelRequest } from "../models/service.ts";

/** A text is an answer that ends the turn; a part or several are what the model says; the rest is a whole reply. */
type Reply = string | ReplyPart | ReplyPart[] | Partial<ModelReply> | Error;
type Script = (Reply | ((request: ModelRequest) => Reply))[];

const DESCRIPTION: ModelDescription = {
  ...{ provider: "scripted", connection: "Models", model: "fake", title: "Fake", contextTokens: 100_000, maxOutputTokens: 1_000 },
  abilities: { images: true, tools: true, structured: true, temperature: true },
  prices: { input: "1", output: "2" },
  known: true,
  isDemo: false,
};

/** A model that gives the replies of its script, one for each turn; keeps what it was asked. Each turn uses 100 tokens in and 10 out. */
export function createFakeModelClient(script: Script, described: Partial<ModelDescription> = {}): ModelClient & { requests: ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const left = [...script];
  return {
    requests,
    generate: async (request) => {
      if (request.signal.aborted) throw new NodeError("cancelled", "The node was stopped.", { happened: "no" });
      requests.push({ ...request, messages: structuredClone(request.messages) as ModelRequest["messages"] });
      const next = left.shift();
      if (next === undefined) throw new NodeError("limit", "The script of the model has no reply left.", { happened: "no" });
      const given = typeof next === "function" ? next(request) : next;
      if (given instanceof Error) throw given;
      return tell(wholeReply(given), request);
    },
    describe: async ({ model }) => ({ ...DESCRIPTION, ...(model !== undefined && { model }), ...described }),
  };
}

function wholeReply(given: Exclude<Reply, Error>): ModelReply {
  const partial: Partial<ModelReply> =
    typeof given === "string"
      ? { content: [{ type: "text", text: given }] }
      : Array.isArray(given)
        ? { content: given }
        : "type" in given
          ? { content: [given] }
          : given;
  const content = partial.content ?? [];
  const stopReason = content.some(({ type }) => type === "tool-call") ? "tool-calls" : "end";
  return { stopReason, usage: { inputTokens: 100, outputTokens: 10 }, model: "fake", ...partial, content };
}

function tell(reply: ModelReply, { onText, onReasoning, onToolCall }: ModelRequest): ModelReply {
  for (const part of reply.content) {
    if (part.type === "text") onText?.(part.text);
    else if (part.type === "reasoning") onReasoning?.(part.text);
    else if (part.type === "tool-call") onToolCall?.(part);
  }
  return reply;
}
