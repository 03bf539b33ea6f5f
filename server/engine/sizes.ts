import type { StoredValues } from "#runtime/graph/stored-value.ts";
import type { RunEventBody } from "#runtime/run/events.ts";
import type { RunState } from "#runtime/run/run-state.ts";

/** About how many bytes of values an event holds: what it carries, and what it refers to in the blob store. */
export function sizeOf(event: RunEventBody): number {
  switch (event.type) {
    case "node-succeeded":
    case "node-reused":
    case "iteration-started":
    case "iterations-opened":
    case "child-finished":
      return sum("given" in event ? event.given : event.outputs);
    case "step-finished":
      return sum({ result: event.result });
    default:
      return 0;
  }
}

function sum(values: StoredValues): number {
  let bytes = 0;
  for (const value of Object.values(values)) bytes += value.type === "blob" ? value.bytes : roughSize(value.value);
  return bytes;
}

/** Inline values are small (64 KiB): text is counted, all else guessed. */
function roughSize(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  return JSON.stringify(value).length;
}

/** The same of a whole log, from its fold. */
export function bytesOf(state: RunState): number {
  let bytes = 0;
  for (const run of state.nodes.values()) {
    if ("outputs" in run) bytes += sum(run.outputs);
    for (const { outputs } of run.iterations?.ended ?? []) bytes += sum(outputs);
    for (const { result } of Object.values(run.steps)) if (result) bytes += sum({ result });
  }
  return bytes;
}
