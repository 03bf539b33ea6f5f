import type { LoggingLevel } from "@modelcontextprotocol/sdk/types.js";

/** What a server said beside its answers. */
export interface ServerLogEntry {
  at: Date;
  level: LoggingLevel;
  /** Part of the server that says so; empty when it does not tell. */
  logger: string;
  text: string;
}

/** The last log messages of a server, in the memory of this process. */
export interface ServerLog {
  add(message: { level: LoggingLevel; logger?: string | undefined; data: unknown }): void;
  entries(): ServerLogEntry[];
}

const MOST = 200;
const MAX_TEXT = 2_000;

export function createServerLog(given: { now: () => number; redact: (text: string) => string }): ServerLog {
  const kept: ServerLogEntry[] = [];
  return {
    add: ({ level, logger = "", data }) => {
      const text = typeof data === "string" ? data : JSON.stringify(data ?? null);
      kept.push({ at: new Date(given.now()), level, logger: given.redact(logger).slice(0, 200), text: given.redact(text).slice(0, MAX_TEXT) });
      if (kept.length > MOST) kept.shift();
    },
    entries: () => [...kept],
  };
}
