import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import type { KnownRun } from "./iterations-view.ts";
import { nodeInputs } from "./node-inputs.ts";

export interface RecordedInputs {
  /** By port; a large value is not among them, it is taken over as it is. */
  readonly values: Readonly<Record<string, Json>>;
  /** Whether every input that has to have a value has one. */
  readonly isComplete: boolean;
}

/** What a node was given in a run. */
export function recordedInputs(run: KnownRun, node: NodeId): RecordedInputs {
  const planned = run.state?.plan.nodes[node]?.inputs ?? {};
  const values: Record<string, Json> = {};
  const lacking = new Set(Object.keys(planned).filter((port) => !planned[port]?.optional && (planned[port]?.sources.length ?? 0) > 0));
  for (const { port, sources } of nodeInputs(run, node)) {
    const arrived = sources.flatMap(({ value }) => (value ? [value] : []));
    if (arrived.length === 0) continue;
    lacking.delete(port);
    const inline = arrived.flatMap((value) => (value.type === "inline" ? [value.value] : []));
    if (inline.length < arrived.length) continue;
    values[port] = planned[port]?.many ? inline : (inline[0] ?? null);
  }
  return { values, isComplete: lacking.size === 0 };
}

/** Of the values that somebody wrote, those that are not the recorded ones. */
export function changedInputs(recorded: Readonly<Record<string, Json>>, written: Readonly<Record<string, Json>>): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(written).filter(([port, value]) => !Object.hasOwn(recorded, port) || JSON.stringify(recorded[port]) !== JSON.stringify(value)),
  );
}
