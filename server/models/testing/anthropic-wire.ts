import type { ModelMessage } from "#nodes/kit/models/message.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { Conversation } from "../scripted/script.ts";
import type { FakeAnswer } from "./fake-script.ts";
import { pieces, type Wire } from "./wire.ts";

interface Block {
  type: string;
  text?: string;
  id?: string;
  name?: string;
  input?: Record<string, Json>;
  tool_use_id?: string;
  content?: string | Block[];
}

interface Body {
  model: string;
  messages: { role: "user" | "assistant"; content: string | Block[] }[];
  tools?: { name: string; input_schema: Json }[];
  tool_choice?: { type: string };
  output_config?: { format?: { schema: Json } };
}

const blocksOf = (content: string | Block[] | undefined): Block[] => (typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []));
const textOf = (content: string | Block[] | undefined) =>
  blocksOf(content)
    .map(({ text = "" }) => text)
    .join("");

/** The Messages API as it is on the wire: its errors, and its events in their order. */
export const anthropicWire: Wire = {
  read: (given) => {
    const body = given as unknown as Body;
    const messages = body.messages.flatMap(({ role, content }): ModelMessage[] => {
      const blocks = blocksOf(content);
      if (role === "assistant") {
        const calls = blocks.filter(({ type }) => type === "tool_use");
        return [
          {
            role,
            content: [
              { type: "text", text: textOf(content) },
              ...calls.map(({ id = "", name = "", input = {} }) => ({ type: "tool-call" as const, id, name, arguments: input })),
            ],
          },
        ];
      }
      const results = blocks.filter(({ type }) => type === "tool_result");
      if (results.length === 0) return [{ role, content: [{ type: "text", text: textOf(content) }] }];
      return [
        {
          role: "tool",
          content: results.map((result) => ({
            ...{ type: "tool-result", id: result.tool_use_id ?? "", name: "", content: [{ type: "text", text: textOf(result.content) }] },
          })),
        },
      ] as ModelMessage[];
    });
    const tools = body.tool_choice?.type === "none" ? [] : (body.tools ?? []).map(({ name, input_schema }) => ({ name, input: input_schema }));
    const conversation: Conversation = { messages, tools, output: body.output_config?.format?.schema };
    return { model: body.model, conversation };
  },
  error: ({ type, message }) => ({ type: "error", error: { type, message }, request_id: "req_fake" }),
  missing: (model) => ({ type: "not_found_error", message: `model: ${model}` }),
  denied: { type: "authentication_error", message: "invalid x-api-key" },
  list: (models) => ({
    data: models.map((id) => ({ type: "model", id, display_name: id.toUpperCase(), created_at: "2026-01-01T00:00:00Z" })),
    has_more: false,
    first_id: models[0] ?? null,
    last_id: models.at(-1) ?? null,
  }),
  events: (played, model) => {
    const { usage, failInside } = played;
    const counts = { input_tokens: usage.input, cache_read_input_tokens: usage.cached, cache_creation_input_tokens: usage.written };
    const message = { id: "msg_fake", type: "message", role: "assistant", model, content: [], stop_reason: null, stop_sequence: null };
    const named = (type: string, rest: Record<string, unknown> = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
    const blocks = toBlocks(played).map(({ start, deltas }, index) => [
      named("content_block_start", { index, content_block: start }),
      ...(index === 0 ? [named("ping")] : []),
      ...deltas.map((delta) => named("content_block_delta", { index, delta })),
      named("content_block_stop", { index }),
    ]);
    const isSaid = played.answer.text !== "" || played.answer.reasoning !== "";
    const early = isSaid ? blocks.slice(0, (played.answer.text !== "" ? 1 : 0) + (played.answer.reasoning !== "" ? 1 : 0)) : [];
    return {
      text: [named("message_start", { message: { ...message, usage: { ...counts, output_tokens: 1 } } }), ...early.flat()],
      rest: failInside
        ? [named("error", { error: failInside })]
        : [
            ...blocks.slice(early.length).flat(),
            named("message_delta", { delta: { stop_reason: reasonOf(played), stop_sequence: null }, usage: { ...counts, output_tokens: usage.output } }),
            named("message_stop"),
          ],
    };
  },
};

function toBlocks({ answer, broken }: FakeAnswer): { start: Record<string, unknown>; deltas: Record<string, unknown>[] }[] {
  const { reasoning, text, calls } = answer;
  return [
    ...(reasoning === ""
      ? []
      : [
          {
            start: { type: "thinking", thinking: "", signature: "" },
            deltas: [...pieces(reasoning).map((thinking) => ({ type: "thinking_delta", thinking })), { type: "signature_delta", signature: "c2lnbmVk" }],
          },
        ]),
    ...(text === "" ? [] : [{ start: { type: "text", text: "" }, deltas: pieces(text).map((piece) => ({ type: "text_delta", text: piece })) }]),
    ...calls.map((call, index) => ({
      start: { type: "tool_use", id: `toolu_${index}`, name: call.tool, input: {} },
      deltas: pieces(index === 0 && broken !== undefined ? broken : JSON.stringify(call.arguments)).map((partial_json) => ({
        ...{ type: "input_json_delta", partial_json },
      })),
    })),
  ];
}

function reasonOf({ answer: { stop } }: FakeAnswer): string {
  return { end: "end_turn", "tool-calls": "tool_use", refusal: "refusal", "max-tokens": "max_tokens" }[stop];
}
