import type { RunId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { defineService } from "#runtime/node/service.ts";

/** Which variable: one of the run (the runs it is carried out by share it), or one that all runs of the workspace share. */
export interface VariableAddress {
  scope: "run" | "workspace";
  /** The run that asks. */
  run: RunId;
  name: string;
}

export interface VariableChange extends VariableAddress {
  /** `increment` adds to a number (0 when there is none), `append` adds an item to a list (empty when there is none). */
  operation: "set" | "increment" | "append" | "remove";
  /** Not looked at by `remove`. */
  value: Json;
  /** Idempotency key: a change with a key that was used before changes nothing, and answers what it answered then. */
  key: string;
}

/**
 * Values that outlive a node. Changes of one variable follow one another. Throws `NodeError`, all with happened "no": `validation` (the
 * name is none, or the value that is there does not take the operation), `limit` (larger than `MAX_VARIABLE_BYTES`).
 */
export interface Variables {
  /** Undefined when there is none of this name. */
  get(address: VariableAddress): Promise<{ value: Json } | undefined>;
  /** Answers the value as it is now; null when it was removed. */
  change(change: VariableChange): Promise<Json>;
}

export const variables = defineService<Variables>("variables");
