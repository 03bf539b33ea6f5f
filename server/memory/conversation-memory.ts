import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ConversationMemory, MAX_THREAD_KEY, type MemoryThread } from "#nodes/kit/memory/service.ts";
import { modelMessageSchema } from "#nodes/kit/models/message.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { MemoryStore, ThreadPlace } from "../store/memory.ts";
import { storableText } from "../store/storable-text.ts";

/** Bytes of JSON that one run adds to a conversation at most. */
const MAX_BYTES = 4 * 1024 * 1024;
/** A run that has just begun remembers before it is stored: runs are stored many at once, a few milliseconds later. */
const PATIENCE_MS = 5_000;
const PAUSE_MS = 20;

const rememberedSchema = z.strictObject({
  summary: z.string(),
  messages: z.array(z.strictObject({ position: z.int(), message: modelMessageSchema })),
});

/** The conversations of a workspace's agents, kept in the database. */
export function createConversationMemory(store: MemoryStore, workspace: string, patienceMs = PATIENCE_MS): ConversationMemory {
  const stored = async (run: string) => {
    const until = Date.now() + patienceMs;
    for (;;) {
      const place = await store.placeOf({ workspace, run });
      if (place || Date.now() >= until) return place;
      await sleep(PAUSE_MS);
    }
  };
  const placeOf = async ({ scope, run, node, key }: MemoryThread): Promise<ThreadPlace> => {
    if (key.length > MAX_THREAD_KEY) throw new NodeError("limit", `A thread's name has ${MAX_THREAD_KEY} characters at most.`, { happened: "no" });
    const place = await stored(run);
    if (!place) throw new NodeError("not-found", "The run whose conversation this is does not exist.", { happened: "no" });
    return { workspace, graph: place.graph, ...(scope === "run" ? { run: place.run, node, key: "" } : { run: "", node: "", key: storableText(key) }) };
  };
  return {
    load: async (thread) => rememberedSchema.parse(await store.load(await placeOf(thread))),
    append: async (thread, given) => {
      if (JSON.stringify(given.messages).length > MAX_BYTES)
        throw new NodeError("limit", "What was said is too long to be remembered. Give the agent shorter texts, or switch its memory off.", { happened: "no" });
      await store.append(await placeOf(thread), given);
    },
    summarise: async (thread, given) => store.summarise(await placeOf(thread), given),
  };
}
