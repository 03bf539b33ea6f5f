import { z } from "zod";
import type { ComfyEnd, ComfyOutput } from "#nodes/kit/comfyui/service.ts";
import { readOutput } from "./outputs.ts";
import { plainMessage } from "./plain-message.ts";

const entrySchema = z.object({
  prompt: z.array(z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).default({}),
  status: z.object({ status_str: z.string().nullish(), messages: z.array(z.tuple([z.string(), z.unknown()])).default([]) }).nullish(),
  meta: z.record(z.string(), z.object({ display_node: z.string().nullish() })).nullish(),
});

const endSchema = z.object({
  node_id: z.union([z.string(), z.number().transform(String)]).nullish(),
  node_type: z.string().nullish(),
  exception_message: z.string().default(""),
  exception_type: z.string().default(""),
});
const cachedSchema = z.object({ nodes: z.array(z.union([z.string(), z.number().transform(String)])) });

/** How a prompt ended, from its entry in `/history`; undefined for what is no entry. Interrupted ones count as errors there: the last message tells. */
export function readHistoryEntry(value: unknown): { end: ComfyEnd; outputsToExecute: string[] } | undefined {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { prompt, outputs: given, status, meta } = parsed.data;
  const outputs = Object.entries(given).map(([node, output]) => readOutput(meta?.[node]?.display_node ?? node, output));
  const messages = status?.messages ?? [];
  const asked = z.array(z.coerce.string()).safeParse(prompt?.[4]);
  return { end: endOf({ messages, status: status?.status_str, outputs }), outputsToExecute: asked.success ? asked.data : [] };
}

function endOf({ messages, status, outputs }: { messages: [string, unknown][]; status: string | null | undefined; outputs: ComfyOutput[] }): ComfyEnd {
  const [name, data] = messages.at(-1) ?? ["", undefined];
  const details = endSchema.safeParse(data).data;
  const node = details?.node_id ?? null;
  if (name === "execution_interrupted") return { type: "interrupted", node, outputs };
  if (name === "execution_error" || status === "error") {
    const message = plainMessage(details?.exception_message ?? "") || details?.exception_type || "It failed without saying why.";
    return { type: "failed", node, nodeType: details?.node_type ?? null, message, outputs };
  }
  const cached = messages.flatMap(([each, told]) => (each === "execution_cached" ? (cachedSchema.safeParse(told).data?.nodes ?? []) : []));
  return { type: "finished", outputs, cached };
}
