import { z } from "zod";
import type { Json } from "#runtime/graph/json.ts";
import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Asking } from "../kit/agents/asking.ts";
import { chooseModel, modelTurn } from "../kit/agents/model-turn.ts";
import type { SamplingModel, ServerAnswer, ServerQuestion } from "../kit/mcp/service.ts";
import { estimateTokens } from "../kit/models/cost.ts";
import { type ModelMessage, textOf } from "../kit/models/message.ts";

type Sampling = Extract<ServerQuestion, { type: "sampling" }>;

/** Content of a sampling message (MCP 2025-06-18, "sampling"): one part, or several in later versions. */
const partSchema = z.union([
  z.looseObject({ type: z.literal("text"), text: z.string() }),
  z.looseObject({ type: z.literal("image"), data: z.string(), mimeType: z.string() }),
]);

const turnName = (label: string) => `sampling-${label}`;
/** Tries of one turn, as far as waits for another try are looked for. */
const MOST_TRIES = 10;

/** Names of what the answer of a model to a question may wait for. */
export function samplingNames(label: string): string[] {
  const tries = Array.from({ length: MOST_TRIES }, (_, tried) => tried + 1);
  const name = turnName(label);
  return tries.flatMap((tried) => [`budget:${tried === 1 ? name : `${name}-try-${tried}`}`, `${name}-pause-${tried}`]);
}

/** Lets a model answer what a server asks a model: within the tokens that its connection allows, and the budget of the run. */
export class Sampler {
  readonly #context: ExecutionContext;
  /** Tokens written so far for this call. */
  #written = 0;

  constructor(context: ExecutionContext) {
    this.#context = context;
  }

  /** Declines where the model cannot or may not answer: the server is told, and goes on without. */
  async *answer(question: Sampling, label: string): Asking<ServerAnswer> {
    const { by } = question;
    if (!by) throw new Error("No model is to answer this question.");
    const left = by.maxTokens - this.#written;
    const decline = (why: string): ServerAnswer => {
      this.#context.log("warn", `The server asked a model, and got no answer: ${why}`);
      return { question, decision: "decline" };
    };
    if (left <= 0) return decline(`the ${by.maxTokens} tokens that its connection allows for one call are used up.`);
    const messages = question.messages.flatMap(toMessage);
    if (messages.length === 0) return decline("it asked nothing that a model can read.");
    try {
      const reply = yield* this.#ask({ by, question, messages, label, left });
      if (reply === undefined) return decline("nobody entered a price for the model, so that the run's budget could not be kept.");
      this.#written += reply.usage.outputTokens;
      const stopReason = reply.stopReason === "max-tokens" ? "maxTokens" : "endTurn";
      return { question, decision: "accept", content: { text: textOf(reply.content), model: reply.model, stopReason } };
    } catch (error) {
      if (!(error instanceof NodeError) || error.code === "cancelled" || error.code === "step-mismatch") throw error;
      return decline(error.message);
    }
  }

  async *#ask(given: { by: SamplingModel; question: Sampling; messages: ModelMessage[]; label: string; left: number }) {
    const { by, question, messages, label, left } = given;
    const reference = { connection: by.connection, ...(by.model !== undefined && { model: by.model }) };
    const model = await chooseModel(this.#context, reference, `sampling-model-${label}`);
    if (!model.description.prices && !model.description.isDemo && this.#context.run.hasBudget) return undefined;
    const system = question.system ?? "";
    const { reply } = yield* modelTurn(this.#context, {
      name: turnName(label),
      model,
      request: { messages, ...(system !== "" && { system }), maxOutputTokens: Math.max(1, Math.min(question.maxTokens, left)) },
      input: { system, messages: messages as Json },
      inputTokens: estimateTokens({ messages, system }),
    });
    return reply;
  }
}

/** Sound, and what later versions of the protocol add, no model here takes. */
function toMessage({ role, content }: Sampling["messages"][number]): ModelMessage[] {
  const parts = (Array.isArray(content) ? content : [content]).flatMap((part) => partSchema.safeParse(part).data ?? []);
  if (role === "assistant") {
    const text = textOf(parts);
    return text === "" ? [] : [{ role, content: [{ type: "text", text }] }];
  }
  const read = parts.map((part) =>
    part.type === "text" ? { type: "text" as const, text: part.text } : { type: "image" as const, image: { mediaType: part.mimeType, data: part.data } },
  );
  return read.length === 0 ? [] : [{ role: "user", content: read }];
}
