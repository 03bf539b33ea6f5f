import { z } from "zod";
import type { Fanout } from "./fanout.ts";

/** Tells who looks, in any process, that something of a workspace has changed; what it is they read from the database, as far as they may. */
export interface WorkspaceFeed {
  changed(workspace: string): void;
  /** Returns how to stop. */
  follow(listener: (workspace: string) => void): () => void;
}

const messageSchema = z.strictObject({ workspace: z.string() });

/** `fanout`: where there are other processes. */
export function createWorkspaceFeed(channel: string, fanout: Fanout | undefined): WorkspaceFeed {
  const listeners = new Set<(workspace: string) => void>();
  const tell = (workspace: string) => {
    for (const listener of listeners) listener(workspace);
  };
  let stop: (() => void) | undefined;
  return {
    changed: (workspace) => {
      tell(workspace);
      fanout?.publish(channel, { workspace });
    },
    follow: (listener) => {
      listeners.add(listener);
      stop ??= fanout?.subscribe(channel, {
        message: (message) => {
          const parsed = messageSchema.safeParse(message);
          if (parsed.success) tell(parsed.data.workspace);
        },
        // who looks asks again on their own, now and then
        gap: () => undefined,
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
