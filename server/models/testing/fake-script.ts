import { readFileSync } from "node:fs";
import { z } from "zod";
import { type Conversation, findStep, playStep, type ScriptedAnswer, scriptSchema, stepSchema } from "../scripted/script.ts";

/** A step of a script, with what may go wrong on the wire. */
const fakeStepSchema = stepSchema.extend({
  /** An error in place of an answer. */
  fail: z.strictObject({ status: z.int(), type: z.string(), message: z.string(), retryAfter: z.string().optional(), code: z.string().optional() }).optional(),
  /** Only the first so many requests that this step fits fail; the next ones are answered. */
  times: z.int().min(1).optional(),
  /** Nothing comes any more: before the first byte, after the headers, or after the text. */
  stall: z.enum(["before", "headers", "text"]).optional(),
  /** The connection breaks after the text. */
  cut: z.literal(true).optional(),
  /** An error is told in the middle of the answer, after the text. */
  failInside: z.strictObject({ type: z.string(), message: z.string() }).optional(),
  /** What is written in place of the arguments of the first call. */
  broken: z.string().optional(),
  usage: z
    .strictObject({ input: z.int(), output: z.int(), cached: z.int().default(0), written: z.int().default(0) })
    .default({ input: 100, output: 20, cached: 0, written: 0 }),
  /** Sends no counts. */
  uncounted: z.literal(true).optional(),
});
export type FakeStep = z.infer<typeof fakeStepSchema>;

export const fakeScriptSchema = scriptSchema.extend({ steps: z.array(fakeStepSchema).min(1) });
export type FakeScript = z.infer<typeof fakeScriptSchema>;

/** What a model answers whose name is that of a file beside this one. */
export function readFakeScript(name: string): FakeScript | undefined {
  if (!/^[a-z0-9-]+$/.test(name)) return undefined;
  try {
    return fakeScriptSchema.parse(JSON.parse(readFileSync(new URL(`./scripts/${name}.json`, import.meta.url), "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

export type FakeAnswer = FakeStep & { answer: ScriptedAnswer };

export interface FakeScripts {
  /** Undefined when there is no such model. Throws when no step of its script fits. */
  play(model: string, conversation: Conversation): FakeAnswer | undefined;
}

/** Remembers how often each step has failed. */
export function createFakeScripts(more: Readonly<Record<string, FakeScript>> = {}): FakeScripts {
  const failed = new Map<FakeStep, number>();
  const read = new Map<string, FakeScript | undefined>();
  return {
    play: (model, conversation) => {
      if (!read.has(model)) read.set(model, more[model] ?? readFakeScript(model));
      const script = read.get(model);
      if (!script) return undefined;
      const open = script.steps.filter((step) => step.times === undefined || (failed.get(step) ?? 0) < step.times);
      const step = findStep(open, conversation);
      if (!step) throw new Error(`The script "${model}" has no step for this turn.`);
      failed.set(step, (failed.get(step) ?? 0) + 1);
      return { ...step, answer: playStep(step, conversation) };
    },
  };
}
