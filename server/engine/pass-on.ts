import type { RunEventBody } from "#runtime/run/events.ts";
import { toFailure } from "#runtime/run/failure.ts";
import type { Command } from "#runtime/run/schedule.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { loadValue, storeValues } from "./stored-values.ts";
import { untilStored } from "./until-stored.ts";

type Skip = Extract<Command, { type: "skip" }>;

/** A skipped node with what it hands on as lists put together. Where that cannot be, it has failed. */
export async function passOn({ node, path, reason, outputs, lists = {} }: Skip, given: { blobs: BlobStore; isOver: () => boolean }): Promise<RunEventBody> {
  const { blobs, isOver } = given;
  const join = async () => {
    const joined: Record<string, unknown[]> = {};
    for (const [port, values] of Object.entries(lists)) joined[port] = await Promise.all(values.map((value) => loadValue(value, blobs)));
    return storeValues(joined, blobs);
  };
  try {
    return { type: "node-skipped", node, path, reason, outputs: { ...outputs, ...(await untilStored(join, isOver)) } };
  } catch (error) {
    return { type: "node-failed", node, path, failure: toFailure(error), handling: "fail", outputs: {} };
  }
}
