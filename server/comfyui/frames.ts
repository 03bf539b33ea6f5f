import { z } from "zod";
import type { ComfyEvent, ComfyOutput } from "#nodes/kit/comfyui/service.ts";
import { readOutput } from "./outputs.ts";
import { plainMessage } from "./plain-message.ts";

/** The state of one node, as `progress_state` tells it. Its id may be of a node that another one made; `display` is the one people know. */
export interface NodeState {
  id: string;
  display: string;
  value: number;
  max: number;
  isRunning: boolean;
}

/** A frame of the socket, as far as it is known. `prompt` is null where a frame names none. Source: the server of ComfyUI 0.3.64. */
export type ComfyMessage =
  | { type: "status" }
  | { type: "start"; prompt: string }
  | { type: "cached"; prompt: string; nodes: string[] }
  /** `node` null: the prompt is over, however it ended. */
  | { type: "executing"; prompt: string | null; node: string | null; display: string | null }
  | { type: "progress-state"; prompt: string; nodes: NodeState[] }
  | { type: "progress"; prompt: string | null; node: string | null; value: number; max: number }
  | { type: "executed"; prompt: string; output: ComfyOutput }
  | { type: "success"; prompt: string }
  /** `isEnd` false: a node was kept from running, and the prompt goes on. */
  | { type: "error"; prompt: string; isEnd: boolean; node: string | null; nodeType: string | null; message: string }
  | { type: "interrupted"; prompt: string; node: string | null }
  | { type: "preview"; prompt: string | null; node: string | null; mediaType: Extract<ComfyEvent, { type: "preview" }>["mediaType"]; content: Uint8Array }
  | { type: "text"; prompt: null; node: string; text: string };

const id = z.union([z.string(), z.number().transform(String)]);
const prompt = z.string();
const known = z.discriminatedUnion("type", [
  z.object({ type: z.literal("status") }),
  z.object({ type: z.literal("execution_start"), data: z.object({ prompt_id: prompt }) }),
  z.object({ type: z.literal("execution_cached"), data: z.object({ prompt_id: prompt, nodes: z.array(id) }) }),
  z.object({ type: z.literal("executing"), data: z.object({ prompt_id: prompt.nullish(), node: id.nullable(), display_node: id.nullish() }) }),
  z.object({
    type: z.literal("progress_state"),
    data: z.object({
      prompt_id: prompt,
      nodes: z.record(z.string(), z.object({ value: z.number(), max: z.number(), state: z.string(), display_node_id: id.nullish() })),
    }),
  }),
  z.object({ type: z.literal("progress"), data: z.object({ prompt_id: prompt.nullish(), node: id.nullish(), value: z.number(), max: z.number() }) }),
  z.object({ type: z.literal("executed"), data: z.object({ prompt_id: prompt, node: id, display_node: id.nullish(), output: z.unknown() }) }),
  z.object({ type: z.literal("execution_success"), data: z.object({ prompt_id: prompt }) }),
  z.object({
    type: z.literal("execution_error"),
    data: z.object({
      prompt_id: prompt,
      node_id: id.nullish(),
      node_type: z.string().nullish(),
      exception_message: z.string().default(""),
      exception_type: z.string().default(""),
    }),
  }),
  z.object({ type: z.literal("execution_interrupted"), data: z.object({ prompt_id: prompt, node_id: id.nullish() }) }),
]);

/** A text frame; undefined for one that is not known, or is none of ComfyUI's. */
export function readTextFrame(text: string): ComfyMessage | undefined {
  const parsed = known.safeParse(parseOr(text));
  if (!parsed.success) return undefined;
  const frame = parsed.data;
  switch (frame.type) {
    case "status":
      return { type: "status" };
    case "execution_start":
      return { type: "start", prompt: frame.data.prompt_id };
    case "execution_cached":
      return { type: "cached", prompt: frame.data.prompt_id, nodes: frame.data.nodes };
    case "executing": {
      const { prompt_id, node, display_node } = frame.data;
      return { type: "executing", prompt: prompt_id ?? null, node, display: display_node ?? node };
    }
    case "progress_state": {
      const nodes = Object.entries(frame.data.nodes).map(([each, { value, max, state, display_node_id }]) => ({
        ...{ id: each, display: display_node_id ?? each, value, max, isRunning: state === "running" },
      }));
      return { type: "progress-state", prompt: frame.data.prompt_id, nodes };
    }
    case "progress":
      return { type: "progress", prompt: frame.data.prompt_id ?? null, node: frame.data.node ?? null, value: frame.data.value, max: frame.data.max };
    case "executed":
      return { type: "executed", prompt: frame.data.prompt_id, output: readOutput(frame.data.display_node ?? frame.data.node, frame.data.output) };
    case "execution_success":
      return { type: "success", prompt: frame.data.prompt_id };
    case "execution_error":
      return readError(frame.data);
    case "execution_interrupted":
      return { type: "interrupted", prompt: frame.data.prompt_id, node: frame.data.node_id ?? null };
  }
}

/** `exception_type` of what is told as an error, but keeps only one node from running. */
const BLOCKED = "ExecutionBlocked";

function readError(data: Extract<z.infer<typeof known>, { type: "execution_error" }>["data"]): ComfyMessage {
  const message = plainMessage(data.exception_message) || data.exception_type || "It failed without saying why.";
  const isEnd = data.exception_type !== BLOCKED;
  return { type: "error", prompt: data.prompt_id, isEnd, node: data.node_id ?? null, nodeType: data.node_type ?? null, message };
}

const metadataSchema = z.object({ prompt_id: prompt.nullish(), node_id: id.nullish(), display_node_id: id.nullish(), image_type: z.string().nullish() });
const V1_FORMATS: Readonly<Record<number, Preview["mediaType"]>> = { 1: "image/jpeg", 2: "image/png" };
const V4_TYPES: ReadonlySet<string> = new Set(["image/jpeg", "image/png", "image/webp"]);

type Preview = Extract<ComfyMessage, { type: "preview" }>;

/** A binary frame: big-endian, a type of four bytes first (1 preview, 3 text, 4 preview with metadata). Undefined for any other. */
export function readBinaryFrame(frame: Buffer): ComfyMessage | undefined {
  if (frame.length < 8) return undefined;
  const second = frame.readUInt32BE(4);
  switch (frame.readUInt32BE(0)) {
    case 1: {
      const mediaType = V1_FORMATS[second];
      return mediaType && { type: "preview", prompt: null, node: null, mediaType, content: frame.subarray(8) };
    }
    case 3: {
      if (8 + second > frame.length) return undefined;
      return { type: "text", prompt: null, node: frame.toString("utf8", 8, 8 + second), text: frame.toString("utf8", 8 + second) };
    }
    case 4: {
      if (8 + second > frame.length) return undefined;
      const metadata = metadataSchema.safeParse(parseOr(frame.toString("utf8", 8, 8 + second)));
      if (!metadata.success || !V4_TYPES.has(metadata.data.image_type ?? "")) return undefined;
      const { prompt_id, node_id, display_node_id, image_type } = metadata.data;
      const node = display_node_id ?? node_id ?? null;
      return { type: "preview", prompt: prompt_id ?? null, node, mediaType: image_type as Preview["mediaType"], content: frame.subarray(8 + second) };
    }
    default:
      return undefined;
  }
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
