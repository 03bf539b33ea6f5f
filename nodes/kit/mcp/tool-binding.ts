import { z } from "zod";
import { NodeError } from "#runtime/node/node-error.ts";

/** What a call of a tool depends on beside its arguments. A run keeps the plan it began with, so the graph's revision is the same all along. */
export const toolBindingSchema = z.strictObject({
  /** Hash of the tool's name, description and schemas; empty while nobody has listed it. */
  tool: z.string(),
  /** Revision of the connection: its address or command, and the secrets in its settings. */
  connection: z.string(),
  /** Stands for who asks: the version of the credential, or the authorization; empty where the server is not told. */
  access: z.string(),
});
export type ToolBinding = z.infer<typeof toolBindingSchema>;

/** What a person said when they let a call through: good for the tool as it was then. */
export const toolApprovalSchema = z.strictObject({
  /** Id of the person. */
  by: z.string(),
  binding: toolBindingSchema,
});
export type ToolApproval = z.infer<typeof toolApprovalSchema>;

/** Where whoever calls a tool records what a person let through: a step of this name, by the name of the call. The call reads it from there. */
export const approvalStep = (call: string) => `approved:${call}`;

const SENTENCES: Readonly<Record<keyof ToolBinding, (then: string) => string>> = {
  tool: (then) => `The server describes this tool otherwise than when ${then}.`,
  connection: (then) => `The settings of its connection have changed since ${then}.`,
  access: (then) => `Another credential or account is sent to its server than when ${then}.`,
};

/**
 * What is not as it was when a person let the call through (or did what `then` says), in a sentence for the next one who is asked. What is not known
 * now is left out.
 */
export function changeSince(approved: ToolBinding, now: Partial<ToolBinding>, then = "the call was approved"): string | undefined {
  const changed = (["tool", "connection", "access"] as const).filter((part) => now[part] !== undefined && now[part] !== approved[part]);
  return changed.length === 0 ? undefined : changed.map((part) => SENTENCES[part](then)).join(" ");
}

/** Whoever approved it may not decide any more. */
export const DECIDER_GONE = "Whoever approved this call may not decide any more.";

/** An approval that does not hold any more: nothing was sent, and a person has to look again. */
export function approvalVoid(problem: string): NodeError {
  return new NodeError("policy", `The call was not made. ${problem}`, { happened: "no", details: { voidApproval: problem } });
}

/** What a failure says has changed since the approval; undefined for any other failure. */
export function voidApproval(error: unknown): string | undefined {
  const problem = error instanceof NodeError ? error.details?.voidApproval : undefined;
  return typeof problem === "string" ? problem : undefined;
}
