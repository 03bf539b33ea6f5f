import type { ComfyMessage } from "./frames.ts";

export interface SocketListener {
  /** Messages of its prompt, and `status` of the server. */
  onMessage(message: ComfyMessage): void;
  onConnected(isConnected: boolean): void;
}

/** Who is told what a server's socket says. */
export interface SocketAudience {
  isEmpty(): boolean;
  /** It is told at once what was kept of the prompt. Returns how to stop. */
  listen(promptId: string, listener: SocketListener): () => void;
  /** Keeps what is told of a prompt, for a while, until somebody listens for it. */
  expect(promptId: string): void;
  /** What is told without a prompt is of this one. */
  runs(promptId: string | undefined): void;
  deliver(message: ComfyMessage): void;
  connected(isConnected: boolean): void;
}

const MOST_EXPECTED = 100;
const EXPECTED_MS = 120_000;
/** Messages of one prompt. */
const MOST_KEPT = 500;

/** `onLeft`: somebody stopped to listen, or did not come. */
export function createSocketAudience({ onLeft }: { onLeft(): void }): SocketAudience {
  const listeners = new Map<string, Set<SocketListener>>();
  const expected = new Map<string, ComfyMessage[]>();
  let current: string | undefined;
  const everybody = () => [...listeners.values()].flatMap((each) => [...each]);
  return {
    isEmpty: () => listeners.size === 0 && expected.size === 0,
    listen: (promptId, listener) => {
      const all = listeners.get(promptId) ?? new Set();
      all.add(listener);
      listeners.set(promptId, all);
      for (const message of expected.get(promptId) ?? []) listener.onMessage(message);
      expected.delete(promptId);
      return () => {
        all.delete(listener);
        if (all.size === 0 && listeners.get(promptId) === all) listeners.delete(promptId);
        onLeft();
      };
    },
    expect: (promptId) => {
      if (!expected.has(promptId)) expected.set(promptId, []);
      // whoever sent it may have gone
      setTimeout(() => {
        expected.delete(promptId);
        onLeft();
      }, EXPECTED_MS).unref();
      for (const oldest of expected.keys()) if (expected.size > MOST_EXPECTED) expected.delete(oldest);
    },
    runs: (promptId) => {
      current = promptId;
    },
    deliver: (message) => {
      if (message.type === "status") return everybody().forEach((each) => void each.onMessage(message));
      const promptId = message.prompt ?? current;
      if (message.prompt !== null) current = message.prompt;
      if (message.type === "executing" && message.node === null) current = undefined;
      if (promptId === undefined) return;
      const kept = expected.get(promptId);
      if (kept && kept.length < MOST_KEPT && message.type !== "preview") kept.push(message);
      for (const each of listeners.get(promptId) ?? []) each.onMessage(message);
    },
    connected: (isConnected) => {
      for (const each of everybody()) each.onConnected(isConnected);
    },
  };
}
