import type { HookCall } from "../contract/hooks.ts";
import type { Logger } from "../logger.ts";
import type { HookStore } from "../store/hooks.ts";

/** Remembers what came of each hook's last call, for people: written now and then, never in a caller's way. */
export interface CallRecord {
  note(hook: string, call: HookCall): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

const WRITE_MS = 1_000;

export function createCallRecord(given: { store: Pick<HookStore, "recordCalls">; logger: Logger; everyMs?: number }): CallRecord {
  const { store, logger, everyMs = WRITE_MS } = given;
  let due = new Map<string, HookCall>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    timer = undefined;
    const calls = due;
    due = new Map();
    writing = writing.then(() => store.recordCalls(calls)).catch((error: unknown) => logger.debug({ error }, "The last calls of webhooks were not recorded."));
    return writing;
  };
  return {
    note: (hook, call) => {
      due.set(hook, call);
      timer ??= setTimeout(write, everyMs);
    },
    close: async () => {
      clearTimeout(timer);
      await write();
    },
  };
}
