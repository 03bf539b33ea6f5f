import { z } from "zod";
import type { ExactJson } from "#nodes/kit/comfyui/exact-json.ts";
import type { ComfyHttp } from "./server-access.ts";

/** A prompt in the queue. */
export interface QueueItem {
  /** Lower ones run first. */
  number: number;
  promptId: string;
  prompt: ExactJson;
  extraData: Record<string, ExactJson>;
  /** Ids of the output nodes it is run for. */
  outputs: string[];
}

export interface QueueState {
  running: QueueItem[];
  /** In the order in which they will run. */
  pending: QueueItem[];
}

/** `[number, id, prompt, extra data, outputs]`, read by place: newer servers add more. */
const itemSchema = z
  .array(z.unknown())
  .refine((item) => typeof item[1] === "string")
  .transform(([number, promptId, prompt, extraData, outputs]): QueueItem => {
    const extra = z
      .record(
        z.string(),
        z.custom<ExactJson>(() => true),
      )
      .safeParse(extraData);
    const asked = z.array(z.coerce.string()).safeParse(outputs);
    return {
      ...{ number: Number(number), promptId: String(promptId), prompt: prompt as ExactJson },
      ...{ extraData: extra.success ? extra.data : {}, outputs: asked.success ? asked.data : [] },
    };
  });
const queueSchema = z.object({ queue_running: z.array(itemSchema), queue_pending: z.array(itemSchema) });

/** Undefined for what is no queue. */
export function parseQueue(value: unknown): QueueState | undefined {
  const parsed = queueSchema.safeParse(value);
  if (!parsed.success) return undefined;
  // pending prompts come as the heap they are kept in
  return { running: parsed.data.queue_running, pending: parsed.data.queue_pending.sort((a, b) => a.number - b.number) };
}

export interface QueueReader {
  /** As it is after this call began; those who ask meanwhile share one answer. Throws `NodeError`. */
  read(signal: AbortSignal): Promise<QueueState>;
}

/** Many prompts may be followed on one server: they are not each a request. */
export function createQueueReader(http: ComfyHttp, failure: () => Error): QueueReader {
  let next: Promise<QueueState> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const load = async (): Promise<QueueState> => {
    const state = parseQueue(await http.json({ path: "/queue", signal: new AbortController().signal }));
    if (!state) throw failure();
    return state;
  };
  return {
    read: async (signal) => {
      if (!next) {
        const begun = last.then(() => {
          next = undefined;
          return load();
        });
        next = begun;
        last = begun.catch(() => undefined);
      }
      return untilAborted(next, signal);
    },
  };
}

/** Rejects with the signal's reason; the work goes on for the others. */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
