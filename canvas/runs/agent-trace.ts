import { z } from "zod";
import type { RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { StoredValue } from "#runtime/graph/stored-value.ts";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.json().optional(),
  invalid: z.string().optional(),
  image: fileValueSchema.optional().catch(undefined),
});
const turnSchema = z.looseObject({
  reply: z.looseObject({
    content: z.array(partSchema),
    stopReason: z.string().optional(),
    model: z.string().optional(),
    usage: z.looseObject({ inputTokens: z.number(), outputTokens: z.number(), cachedInputTokens: z.number().optional() }).optional(),
  }),
  tookMs: z.number().optional(),
});
const decisionsSchema = z.array(
  z.looseObject({
    id: z.string(),
    tool: z.string(),
    outcome: z.string(),
    arguments: z.json(),
    before: z.json().optional(),
    reason: z.string().optional(),
    by: z.string().optional(),
    note: z.string().optional(),
    score: z.number().optional(),
  }),
);
const resultsSchema = z.array(
  z.looseObject({ content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })), isError: z.boolean().optional() }),
);

/** What became of one call that the model asked for. */
export interface TracedCall {
  id: string;
  tool: string;
  /** As they were sent, or would have been. */
  arguments: Json | undefined;
  /** What the model proposed, where a person changed it. */
  before: Json | undefined;
  /** `allowed`, `approved`, `edited`, `rejected`, …; absent while it is not decided. */
  outcome: string | undefined;
  by: string | undefined;
  reason: string | undefined;
  note: string | undefined;
  score: number | undefined;
  /** What the model was told of it. */
  result: { text: string; isError: boolean } | undefined;
  /** The run of the call. */
  run: RunId | undefined;
}

/** One turn of a model, and what followed from it. */
export interface TracedTurn {
  number: number;
  reasoning: string;
  text: string;
  images: readonly FileValue[];
  calls: readonly TracedCall[];
  model: string | undefined;
  inputTokens: number | undefined;
  outputTokens: number | undefined;
  dollars: number | undefined;
  tookMs: number | undefined;
  /** It is being asked. */
  isUnderWay: boolean;
}

/** Values of the steps of a node run that tell of its turns: `turn-1`, what was decided of its calls, and what they answered. */
export interface TurnValues {
  number: number;
  turn: StoredValue | undefined;
  decisions: StoredValue | undefined;
  results: StoredValue | undefined;
}

/** The turns of a node run; none for nodes that ask no model. */
export function turnsOf({ steps }: NodeRun): readonly TurnValues[] {
  const numbers = Object.keys(steps).flatMap((name) => {
    const [, number] = /^turn-(\d+)$/.exec(name) ?? [];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers
    .sort((one, other) => one - other)
    .map((number) => ({
      number,
      turn: steps[`turn-${number}`]?.result,
      decisions: steps[`decision-${number}`]?.result,
      results: steps[`results-${number}`]?.result,
    }));
}

/** A turn from the values of its steps, once they are loaded. */
export function readTurn(
  { charges, children = [] }: Pick<NodeRun, "charges" | "children">,
  given: { number: number; turn: unknown; decisions: unknown; results: unknown },
): TracedTurn {
  const { number } = given;
  const parsed = turnSchema.safeParse(given.turn);
  const decisions = decisionsSchema.safeParse(given.decisions).data ?? [];
  const results = resultsSchema.safeParse(given.results).data ?? [];
  const content = parsed.data?.reply.content ?? [];
  const usage = parsed.data?.reply.usage;
  const wanted = content.filter(({ type }) => type === "tool-call");
  const calls = wanted.map((part, index): TracedCall => {
    const id = `call-${number}-${index + 1}`;
    const decision = decisions.find((one) => one.id === id);
    const result = results[index];
    return {
      id,
      tool: decision?.tool ?? part.name ?? "a tool",
      arguments: decision?.arguments ?? (part.invalid === undefined ? part.arguments : part.invalid),
      before: decision?.before,
      outcome: decision?.outcome,
      by: decision?.by,
      reason: decision?.reason,
      note: decision?.note,
      score: decision?.score,
      result: result && { text: textOf(result.content, "text"), isError: result.isError === true },
      run: children.find(({ name }) => name === id)?.run,
    };
  });
  return {
    number,
    calls,
    reasoning: textOf(content, "reasoning"),
    text: textOf(content, "text"),
    images: content.flatMap(({ type, image }) => (type === "image" && image ? [image] : [])),
    model: parsed.data?.reply.model,
    inputTokens: usage?.inputTokens,
    outputTokens: usage?.outputTokens,
    dollars: charges[`turn-${number}`]?.settled,
    tookMs: parsed.data?.tookMs,
    isUnderWay: given.turn === undefined,
  };
}

function textOf(content: readonly { type: string; text?: string | undefined }[], type: string): string {
  return content
    .flatMap((part) => (part.type === type && part.text ? [part.text] : []))
    .join("\n\n")
    .trim();
}

/** Whether a turn says something with these words in it: what was thought, said, called, decided or answered. */
export function turnHas(turn: TracedTurn, search: string): boolean {
  const words = search.trim().toLowerCase();
  if (words === "") return true;
  const told = turn.calls.flatMap(({ tool, arguments: given, before, outcome, by, reason, note, result }) => [
    ...[tool, outcome, by, reason, note, result?.text],
    ...[given, before].map((value) => (value === undefined ? "" : JSON.stringify(value))),
  ]);
  return [turn.reasoning, turn.text, ...told].some((text) => text?.toLowerCase().includes(words));
}
