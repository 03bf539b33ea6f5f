import type { ConversationMemory, MemoryThread, RememberedMessage } from "../memory/service.ts";
import type { ModelMessage } from "../models/message.ts";

interface Thread {
  summary: string;
  messages: RememberedMessage[];
  keys: Set<string>;
  next: number;
}

/** A memory that lasts as long as the test. */
export function createFakeMemory(): ConversationMemory & { said(key: string): ModelMessage[]; summaryOf(key: string): string } {
  const threads = new Map<string, Thread>();
  const at = (name: string): Thread => {
    const thread = threads.get(name) ?? { summary: "", messages: [], keys: new Set(), next: 1 };
    threads.set(name, thread);
    return thread;
  };
  const find = ({ scope, run, node, key }: MemoryThread) => at(scope === "run" ? `${run}/${node}` : key);
  return {
    load: async (thread) => structuredClone({ summary: find(thread).summary, messages: find(thread).messages }),
    append: async (thread, { key, messages }) => {
      const held = find(thread);
      if (held.keys.has(key)) return;
      held.keys.add(key);
      for (const message of messages) held.messages.push({ position: held.next++, message });
    },
    summarise: async (thread, { summary, upTo }) => {
      const held = find(thread);
      if (!held.messages.some(({ position }) => position <= upTo)) return;
      held.summary = summary;
      held.messages = held.messages.filter(({ position }) => position > upTo);
    },
    said: (key) => at(key).messages.map(({ message }) => message),
    summaryOf: (key) => at(key).summary,
  };
}
