import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { NodeError } from "#runtime/node/node-error.ts";
import { isForgotten } from "./call-through-pool.ts";
import { asUnsent } from "./failures.ts";
import type { PoolEntry } from "./pool-entry.ts";
import { contentFailure } from "./read-content.ts";

interface Reading {
  connection: string;
  /** What is read, in the middle of a sentence. */
  what: string;
  /** Milliseconds in all. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** Reads from the server of a connection, connecting when needed. Throws `NodeError`; nothing happened in any case. */
export async function readThroughPool<T>(
  { connection, what, timeoutMs, signal: given }: Reading,
  entryOf: (id: string) => Promise<PoolEntry>,
  work: (client: Client, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new NodeError("timeout", `There was no answer about ${what} within ${timeoutMs / 1000} s.`, { happened: "no" })),
    timeoutMs,
  );
  const signal = AbortSignal.any([given, late.signal]);
  try {
    signal.throwIfAborted();
    const entry = await untilAborted(entryOf(connection), signal);
    const letGo = entry.hold();
    const read = async () => {
      const { client } = await untilAborted(entry.client.connect().catch(rethrowUnsent), signal);
      return work(client, signal);
    };
    try {
      return await read().catch((error: unknown) => {
        if (isForgotten(error)) return read();
        throw error;
      });
    } finally {
      letGo();
    }
  } catch (error) {
    if (late.signal.aborted) throw late.signal.reason;
    if (given.aborted) throw new NodeError("cancelled", `The reading of ${what} was cancelled.`, { happened: "no" });
    throw contentFailure(error, what);
  } finally {
    clearTimeout(timer);
  }
}

function rethrowUnsent(error: unknown): never {
  throw asUnsent(error);
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener("abort", stop));
}
