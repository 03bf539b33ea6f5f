import { createHash, randomUUID } from "node:crypto";
import type { ExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyClass, ComfyObjectInfo } from "#nodes/kit/comfyui/service.ts";
import type { EgressClient } from "../egress/create-egress-client.ts";
import type { Logger } from "../logger.ts";
import { type Known, lookUp, noComfy } from "./look-up.ts";
import type { ComfyConnection } from "./open-connection.ts";
import { createQueueReader, type QueueReader } from "./queue.ts";
import { type ComfyHttp, createComfyHttp, parseAnswer } from "./server-access.ts";
import { type ComfySocket, createComfySocket, type SocketTiming } from "./socket.ts";
import { createTurns, type Turns } from "./turns.ts";

/** What this process holds of one server, for one revision of its connection. */
export interface ComfyServerHold {
  connection: ComfyConnection;
  http: ComfyHttp;
  queue: QueueReader;
  socket: ComfySocket;
  /** By prompt: what is sent, moved and stopped here does not overlap. */
  turns: Turns;
  /** Prompts that are between two places of the queue, by id; `stop`: somebody takes them out for good. */
  moving: Map<string, { owner: string; stop: AbortController }>;
  look(promptId: string, signal: AbortSignal): Promise<Known>;
  objectInfo(given: { signal: AbortSignal; fresh?: boolean | undefined }): Promise<ComfyObjectInfo>;
  /** How many prompts run and wait. */
  remaining(signal: AbortSignal): Promise<number>;
  close(): void;
}

export interface HoldGiven {
  egress: Pick<EgressClient, "fetch" | "openSocket">;
  logger: Logger;
  socketTiming?: Partial<SocketTiming> | undefined;
  /** Milliseconds for most answers; 30 seconds when left out. */
  answerMs?: number | undefined;
}

const INFO_MS = 60_000;
const INFO_TIMEOUT_MS = 60_000;
const REMAINING_MS = 5_000;

export function holdServer(connection: ComfyConnection, { egress, logger, socketTiming, answerMs }: HoldGiven): ComfyServerHold {
  const http = createComfyHttp(connection.address, { egress, answerMs });
  const queue = createQueueReader(http, () => noComfy(http));
  const clientId = `heddle-${randomUUID()}`;
  const socket = createComfySocket({ address: connection.address, clientId, open: egress.openSocket, logger, ...(socketTiming && { timing: socketTiming }) });
  let info: { until: number; value: ComfyObjectInfo } | undefined;
  return {
    ...{ connection, http, queue, socket, turns: createTurns(), moving: new Map() },
    look: (promptId, signal) => lookUp({ http, queue, promptId, signal }),
    objectInfo: async ({ signal, fresh = false }) => {
      if (info && !fresh && performance.now() < info.until) return info.value;
      const value = await readObjectInfo(http, signal);
      info = { until: performance.now() + INFO_MS, value };
      return value;
    },
    remaining: async (signal) => {
      const answer = await http.json({ path: "/prompt", timeoutMs: Math.min(REMAINING_MS, answerMs ?? REMAINING_MS), signal });
      const remaining = at(at(answer, "exec_info"), "queue_remaining");
      if (typeof remaining !== "number") throw noComfy(http);
      return remaining;
    },
    close: () => socket.close(),
  };
}

async function readObjectInfo(http: ComfyHttp, signal: AbortSignal): Promise<ComfyObjectInfo> {
  const answer = await http.call({ path: "/object_info", timeoutMs: INFO_TIMEOUT_MS, signal });
  const parsed = parseAnswer(answer, `"${http.address.name}"`);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw noComfy(http);
  const classes: Record<string, ComfyClass> = Object.create(null);
  for (const [name, info] of Object.entries(parsed)) {
    if (typeof info !== "object" || info === null || Array.isArray(info)) continue;
    // what a class does not say is null in some of them
    const { input, output, ...rest } = Object.fromEntries(Object.entries(info).filter(([, value]) => value !== null));
    const inputs = typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
    classes[name] = { ...rest, name, input: inputs as ComfyClass["input"], output: Array.isArray(output) ? output : [] };
  }
  return { classes, etag: createHash("sha256").update(answer.body).digest("hex"), readAt: new Date().toISOString() };
}

/** A field of what may be an object. */
export function at(value: ExactJson | undefined, key: string): ExactJson | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value[key] : undefined;
}
