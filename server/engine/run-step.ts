import { hashJson } from "#runtime/graph/hash.ts";
import type { StepOptions } from "#runtime/node/context.ts";
import { effectSchema } from "#runtime/node/effect.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import type { StepRecord } from "#runtime/run/run-state.ts";
import type { BlobStore } from "../assets/blob-store.ts";
import { loadValue, storeValue } from "./stored-values.ts";

export interface StepGiven<Result> {
  name: string;
  options: StepOptions;
  work: () => Promise<Result>;
  /** As it was recorded by earlier attempts. */
  known: StepRecord | undefined;
  record: (event: StepEvent) => Promise<void>;
  blobs: BlobStore;
}

type About<Type extends RunEventBody["type"]> = Omit<Extract<RunEventBody, { type: Type }>, "node" | "path">;
export type StepEvent = About<"step-started"> | About<"step-finished"> | About<"step-failed">;

/** Runs a step once: what was recorded is returned, what was begun and is a plain write is not begun again. */
export async function runStep<Result>({ name, options, work, known, record, blobs }: StepGiven<Result>): Promise<Result> {
  const { effect, key } = options;
  if (!effectSchema.safeParse(effect).success) throw new NodeError("validation", `The step "${name}" has no effect there is.`, { happened: "no" });
  const inputHash = hashJson(options.input ?? null);
  if (known && known.inputHash !== inputHash) throw new NodeError("step-mismatch", `The step "${name}" was recorded with another input.`, { happened: "no" });
  if (known?.result) return (await loadValue(known.result, blobs)) as Result;
  if (known && effect === "write") throw new NodeError("worker-lost", `The step "${name}" was begun, and its end is not known.`, { happened: "unknown" });
  const writes = effect === "write" || effect === "keyed";
  const durable = async (event: StepEvent) => {
    const recorded = record(event);
    if (writes) return recorded;
    // the driver hears of a refused commit itself, and stops this attempt; a rejection that nobody awaits would end the process
    recorded.catch(() => undefined);
  };
  await durable({ type: "step-started", step: name, effect, inputHash, ...(key !== undefined && { key }) });
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    if (error instanceof NodeError && error.happened === "no") await durable({ type: "step-failed", step: name });
    throw error;
  }
  await durable({ type: "step-finished", step: name, result: await storeValue(result ?? null, { name, blobs }) });
  return result;
}
