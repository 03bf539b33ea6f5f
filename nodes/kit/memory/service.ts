import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import { defineService } from "#runtime/node/service.ts";
import type { ModelMessage } from "../models/message.ts";

/** Whose memory: of one node in one run (all that carries out parts of the run counts as the run), or of a graph, shared by its runs. */
export interface MemoryThread {
  scope: "run" | "graph";
  run: RunId;
  node: NodeId;
  /** Tells the threads of one graph apart; unused within a run. */
  key: string;
}

export interface RememberedMessage {
  /** Grows within its thread. */
  position: number;
  message: ModelMessage;
}

export interface Remembered {
  /** What was said before the messages, in short; empty when nothing was summarised yet. */
  summary: string;
  messages: RememberedMessage[];
}

/** Conversations that outlast a node run. Throws `NodeError("limit")` for a key or a conversation that is too long. */
export interface ConversationMemory {
  load(thread: MemoryThread): Promise<Remembered>;
  /** Adds messages, once for each key. */
  append(thread: MemoryThread, given: { key: string; messages: readonly ModelMessage[] }): Promise<void>;
  /** Puts a summary in the place of the messages up to this position; does nothing when that was summarised already. */
  summarise(thread: MemoryThread, given: { summary: string; upTo: number }): Promise<void>;
}

export const conversationMemory = defineService<ConversationMemory>("conversation-memory");

export const MAX_THREAD_KEY = 500;
