import { Redis } from "ioredis";
import type { Logger } from "../logger.ts";

/** Milliseconds between two tries to connect, at most. */
const MAX_RETRY_MS = 2_000;
/** Milliseconds a silent subscriber is believed in; it is asked more often than that. */
const SILENCE_MS = 25_000;

export interface RedisConnection {
  readonly client: Redis;
  isReady(): boolean;
  /** Says a problem once, not at each try. */
  report(error: unknown): void;
  close(): void;
}

/** A connection that comes back by itself and never gives up. Its going and coming are logged once each. */
export function openRedis(given: { url: string; use: "commands" | "subscriber"; logger: Logger | undefined }): RedisConnection {
  const client = new Redis(given.url, {
    ...(given.use === "subscriber" && { autoResubscribe: false, enableOfflineQueue: false, socketTimeout: SILENCE_MS }),
    // BullMQ insists: what is under way waits for the connection to come back
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(50 * 2 ** times, MAX_RETRY_MS),
  });
  let isAway = false;
  let isClosed = false;
  let reported: string | undefined;
  const report = (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    if (isClosed || isAway || message === reported) return;
    reported = message;
    given.logger?.warn({ error }, "Redis reports a problem; runs go on without it, a little slower.");
  };
  const leave = () => {
    if (isClosed || isAway) return;
    isAway = true;
    given.logger?.warn({}, "Redis does not answer; runs go on without it, a little slower.");
  };
  client.on("error", (error) => {
    // before the first connection there is no "close"
    if (client.status === "connecting" || client.status === "reconnecting") leave();
    else report(error);
  });
  client.on("close", leave);
  client.on("ready", () => {
    reported = undefined;
    if (isAway) given.logger?.info({}, "Redis answers again.");
    isAway = false;
  });
  return {
    client,
    isReady: () => client.status === "ready",
    report,
    close: () => {
      isClosed = true;
      client.disconnect();
    },
  };
}
