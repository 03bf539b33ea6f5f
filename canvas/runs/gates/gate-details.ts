import { z } from "zod";
import { dataSchema, type Json } from "#runtime/graph/json.ts";
import type { AskedGate } from "#server/contract/approvals.ts";

const effectSchema = z.enum(["pure", "read", "keyed", "write"]);
const callSchema = z.looseObject({
  id: z.string(),
  tool: z.string(),
  title: z.string().optional(),
  arguments: dataSchema.optional(),
  effect: effectSchema.optional(),
  reason: z.string().optional(),
});
/** A tool call that is proposed. */
export type ProposedCall = z.infer<typeof callSchema>;

const toolCallsSchema = z.looseObject({ calls: z.array(callSchema).min(1), says: z.string().optional(), problem: z.string().optional() });
const serverQuestionSchema = z.looseObject({
  tool: z.string().optional(),
  message: z.string().optional(),
  url: z.string().optional(),
  system: z.string().optional(),
  messages: z.array(dataSchema).optional(),
  problem: z.string().optional(),
});
const questionSchema = z.strictObject({
  message: z.string(),
  value: dataSchema.optional(),
  held: z.array(z.object({ by: z.string().nullable(), note: z.string(), at: z.string() })).optional(),
});

/** What a gate shows: calls of tools, what a server asks for, a message with a value, or whatever the node says. */
export type GateDetails =
  | { type: "calls"; calls: readonly ProposedCall[]; says: string; problem: string }
  | { type: "server-question"; message: string; page: string | undefined; prompt: Json | undefined; problem: string }
  | { type: "question"; message: string; value: Json | undefined; held: readonly { by: string | null; note: string; at: string }[] }
  | { type: "other"; value: Json }
  | { type: "nothing" };

export function detailsOf({ kind, details }: Pick<AskedGate, "kind" | "details">): GateDetails {
  if (details === null) return { type: "nothing" };
  if (kind === "elicitation") {
    const asked = serverQuestionSchema.safeParse(details);
    if (asked.success) {
      const { message = "", url, problem = "" } = asked.data;
      return { type: "server-question", message, page: webAddress(url), prompt: promptOf(asked.data), problem };
    }
  }
  const calls = toolCallsSchema.safeParse(details);
  if (calls.success) return { type: "calls", calls: calls.data.calls, says: calls.data.says ?? "", problem: calls.data.problem ?? "" };
  const question = questionSchema.safeParse(details);
  if (question.success) return { type: "question", message: question.data.message, value: question.data.value, held: question.data.held ?? [] };
  return { type: "other", value: details };
}

function webAddress(text: string | undefined): string | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}

/** What a model would be given: a person answers in its place. */
function promptOf({ system, messages }: z.infer<typeof serverQuestionSchema>): Json | undefined {
  return messages && { ...(system !== undefined && { system }), messages };
}
