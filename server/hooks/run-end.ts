import type { ServerResponse } from "node:http";
import type { StoredValue, StoredValues } from "#runtime/graph/stored-value.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import type { RunListener } from "../engine/live-hub.ts";

export type RunEnd = Extract<RunEvent, { type: "run-finished" }>;

export interface EndWatch {
  listener: RunListener;
  end: Promise<RunEnd>;
}

/** Hears of a run's end. */
export function watchEnd(): EndWatch {
  const { promise, resolve } = Promise.withResolvers<RunEnd>();
  const event = (event: RunEvent) => {
    if (event.type === "run-finished") resolve(event);
  };
  return { listener: { event, ephemeral: () => undefined }, end: promise };
}

/** The end, or undefined when it is not there in time or nobody waits any more. */
export async function endInTime(end: Promise<RunEnd>, { timeoutMs, response }: { timeoutMs: number; response: ServerResponse }): Promise<RunEnd | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const leave = () => resolve(undefined);
  const timer = setTimeout(leave, timeoutMs);
  response.once("close", leave);
  try {
    return await Promise.race([end, promise]);
  } finally {
    clearTimeout(timer);
    response.off("close", leave);
  }
}

/** One output as JSON text, or all of them by name; `null` for one that the run does not have. Large ones are sent as they lie there. */
export async function outputText(output: StoredValues, given: { name: string; blobs: Pick<BlobStore, "get"> }): Promise<string> {
  const { name, blobs } = given;
  if (name !== "") return Object.hasOwn(output, name) && output[name] ? textOf(output[name], blobs) : "null";
  const members = Object.entries(output).map(async ([key, value]) => `${JSON.stringify(key)}:${await textOf(value, blobs)}`);
  return `{${(await Promise.all(members)).join(",")}}`;
}

async function textOf(value: StoredValue, blobs: Pick<BlobStore, "get">): Promise<string> {
  if (value.type === "inline") return JSON.stringify(value.value);
  const content = await blobs.get(value.hash);
  if (!content) throw new Error(`The value ${value.hash} is not stored any more.`);
  return Buffer.from(content).toString("utf8");
}
