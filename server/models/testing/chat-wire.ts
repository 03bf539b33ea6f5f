import type { ModelMessage } from "#nodes/kit/models/message.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { FakeAnswer } from "./fake-script.ts";
import { pieces, type Wire } from "./wire.ts";

interface Message {
  role: "system" | "user" | "assistant" | "tool";
  content?: string | { type: string; text?: string }[] | null;
  tool_call_id?: string;
  tool_calls?: { id: string; function: { name: string; arguments: string } }[];
}

interface Body {
  model: string;
  messages: Message[];
  tools?: { function: { name: string; parameters: Json } }[];
  tool_choice?: unknown;
  response_format?: { json_schema?: { schema: Json } };
}

const textOf = (content: Message["content"]) => (typeof content === "string" ? content : (content ?? []).map(({ text = "" }) => text).join(""));

/** The chat API of OpenAI as it is on the wire. */
export const chatWire: Wire = {
  read: (given) => {
    const body = given as unknown as Body;
    const messages = body.messages.flatMap(({ role, content, tool_call_id: id = "", tool_calls: calls = [] }): ModelMessage[] => {
      const text = { type: "text" as const, text: textOf(content) };
      if (role === "user") return [{ role, content: [text] }];
      if (role === "tool") return [{ role, content: [{ type: "tool-result", id, name: "", content: [text] }] }];
      if (role !== "assistant") return [];
      return [{ role, content: [text, ...calls.map((call) => ({ type: "tool-call" as const, id: call.id, name: call.function.name, arguments: {} }))] }];
    });
    const tools = body.tool_choice === "none" ? [] : (body.tools ?? []).map(({ function: { name, parameters } }) => ({ name, input: parameters }));
    return { model: body.model, conversation: { messages, tools, output: body.response_format?.json_schema?.schema } };
  },
  error: ({ type, message, code }) => ({ error: { message, type, param: null, code: code ?? null } }),
  missing: (model) => ({ type: "invalid_request_error", code: "model_not_found", message: `The model \`${model}\` does not exist` }),
  denied: { type: "invalid_request_error", code: "invalid_api_key", message: "Incorrect API key provided" },
  list: (models) => ({ object: "list", data: models.map((id) => ({ id, object: "model", created: 0, owned_by: "fake" })) }),
  events: (played, model) => {
    const base = { id: "chatcmpl-fake", object: "chat.completion.chunk", created: 0, model };
    const data = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
    const chunk = (delta: unknown, finish: string | null = null) => data({ ...base, choices: [{ index: 0, delta, finish_reason: finish }], usage: null });
    const { reasoning, text, images, stop } = played.answer;
    const field = stop === "refusal" ? "refusal" : "content";
    const { usage } = played;
    const counted = {
      prompt_tokens: usage.input + usage.cached + usage.written,
      completion_tokens: usage.output,
      total_tokens: usage.input + usage.cached + usage.written + usage.output,
      prompt_tokens_details: { cached_tokens: usage.cached, cache_write_tokens: usage.written },
    };
    return {
      text: [
        chunk({ role: "assistant", content: "" }),
        ...pieces(reasoning).map((piece) => chunk({ reasoning_content: piece })),
        ...pieces(text).map((piece) => chunk({ [field]: piece })),
        // as OpenRouter does: each whole, and told once more with the next
        ...images.map((_, index) => chunk({ content: "", images: images.slice(0, index + 1).map(toSent) })),
      ],
      rest: played.failInside
        ? [data({ error: played.failInside })]
        : [
            ...callDeltas(played).map((delta) => chunk(delta)),
            chunk({}, { end: "stop", "tool-calls": "tool_calls", refusal: "stop", "max-tokens": "length" }[stop]),
            ...(played.uncounted ? [] : [data({ ...base, choices: [], usage: counted })]),
            "data: [DONE]\n\n",
          ],
    };
  },
};

function toSent({ mediaType, data }: FakeAnswer["answer"]["images"][number], index: number) {
  return { type: "image_url", index, image_url: { url: `data:${mediaType};base64,${data}` } };
}

function callDeltas({ answer, broken }: FakeAnswer): unknown[] {
  return answer.calls.flatMap((call, index) => {
    const text = index === 0 && broken !== undefined ? broken : JSON.stringify(call.arguments);
    return [
      { tool_calls: [{ index, id: `call_${index}`, type: "function", function: { name: call.tool, arguments: "" } }] },
      ...pieces(text).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ];
  });
}
