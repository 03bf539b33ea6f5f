import { z } from "zod";
import type { ComfyFault } from "#nodes/kit/comfyui/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { plainMessage } from "./plain-message.ts";

const faultSchema = z.object({
  type: z.string().default(""),
  message: z.string().default(""),
  details: z.string().default(""),
  extra_info: z.object({ input_name: z.string().optional() }).nullish(),
});

const nodeErrorsSchema = z.record(
  z.string(),
  z.object({ errors: z.array(faultSchema).default([]), dependent_outputs: z.array(z.coerce.string()).default([]), class_type: z.string().default("") }),
);

const answerSchema = z.object({
  prompt_id: z.string().optional(),
  error: z.union([z.string().transform((message) => ({ message, details: "", type: "" })), faultSchema]).nullish(),
  node_errors: z.union([nodeErrorsSchema, z.array(z.unknown()).transform(() => ({}))]).default({}),
});

/** What `POST /prompt` answered, taken or refused. Undefined for what is no such answer. */
export function readPromptAnswer(value: unknown): { promptId: string | undefined; faults: ComfyFault[]; refusal: string | undefined } | undefined {
  const parsed = answerSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { prompt_id, error, node_errors } = parsed.data;
  const faults = Object.entries(node_errors).flatMap(([node, { errors, dependent_outputs: missing, class_type: nodeType }]) =>
    errors.map(({ type, message, details, extra_info }): ComfyFault => {
      const input = extra_info?.input_name;
      return { node, nodeType, type, ...(input !== undefined && { input }), message: said(message, details), missing };
    }),
  );
  return { promptId: prompt_id, faults, refusal: error ? said(error.message, error.details) : undefined };
}

function said(message: string, details: string): string {
  const text = details === "" || message.includes(details) ? message : `${message}: ${details}`;
  return plainMessage(text).slice(0, 500);
}

/** Faults told at most in a message; all are in its details. */
const TOLD = 3;

/** A prompt the server would not run, or not all of. */
export function promptRefused({ faults, refusal, server }: { faults: readonly ComfyFault[]; refusal: string | undefined; server: string }): NodeError {
  const missing = [...new Set(faults.flatMap((fault) => fault.missing))];
  const told = faults.slice(0, TOLD).map(({ node, nodeType, message }) => `Node ${node} (${nodeType}): ${message}.`);
  const more = faults.length > TOLD ? ` And ${faults.length - TOLD} more.` : "";
  const why = faults.length > 0 ? `${told.join(" ")}${more}` : (refusal ?? "It did not say why; a circle of links is refused like this.");
  const left = refusal === undefined && missing.length > 0 ? ` These outputs would be missing: ${missing.join(", ")}.` : "";
  return new NodeError("validation", `"${server}" does not run the workflow. ${why}${left}`, { happened: "no", details: { faults: [...faults], missing } });
}
