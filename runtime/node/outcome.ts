import { z } from "zod";

/** What a node waits for. `name` is unique in its node run: it finds the answer when the node is entered again. */
export const waitRequestSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("time"),
    name: z.string(),
    /** ISO 8601 instant at which the wait ends. */
    until: z.iso.datetime(),
  }),
]);
export type WaitRequest = z.infer<typeof waitRequestSchema>;

export const waitAnswerSchema = z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("time"), at: z.iso.datetime() })]);
export type WaitAnswer = z.infer<typeof waitAnswerSchema>;

/** What `execute` returns. */
export type Outcome =
  | {
      type: "done";
      /** Value by output port; a port that is absent is skipped, and so is what hangs on it alone. */
      outputs: Record<string, unknown>;
    }
  | { type: "wait"; request: WaitRequest }
  | {
      /** Ends the whole run on purpose. */
      type: "stop";
      state: "succeeded" | "killed";
      reason: string;
    };

/** The node is done; see `Outcome`. */
export const done = (outputs: Record<string, unknown> = {}): Outcome => ({ type: "done", outputs });
/** The node waits, and is entered again when the answer is there. */
export const wait = (request: WaitRequest): Outcome => ({ type: "wait", request });
/**
 * Ends the run on purpose.
 * @public for node authors
 */
export const stop = (ending: { state: "succeeded" | "killed"; reason: string }): Outcome => ({ type: "stop", ...ending });
