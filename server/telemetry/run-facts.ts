import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { ChildPurpose, IterationPath } from "#runtime/run/events.ts";
import type { FinalState } from "#runtime/run/run-state.ts";

/** What telemetry tells of a run: what has ended, with its beginning. Never holds inputs, outputs, answers or log lines. */
export type RunFact = RunEnded | NodeEnded | NodeRetrying | CostSettled;

export interface RunEnded {
  type: "run-ended";
  startedAt: string;
  endedAt: string;
  state: FinalState;
  failure?: FailureText;
  /** Absent for a call of the API or a click. */
  trigger?: string;
  parent?: RunParent;
  notes: readonly Note[];
}

/** The run that this one belongs to; with `node` the node run there that waits for it. */
export interface RunParent {
  run: RunId;
  purpose: ChildPurpose;
  node?: NodeId | undefined;
  path?: IterationPath | undefined;
}

export interface NodeEnded {
  type: "node-ended";
  node: NodeId;
  path: IterationPath;
  /** Start of the first attempt; absent when there was none. */
  startedAt?: string;
  endedAt: string;
  /** `unfinished`: its run ended before it did. */
  state: "succeeded" | "failed" | "skipped" | "cancelled" | "reused" | "unfinished";
  attempts: number;
  failure?: FailureText;
  notes: readonly Note[];
  parts: readonly NodePart[];
  /** Runs it began. */
  children: readonly RunId[];
}

export interface NodeRetrying {
  type: "node-retrying";
  node: NodeId;
}

export interface CostSettled {
  type: "cost-settled";
  charge: ChargeText;
}

/** Something at an instant of a span. */
export interface Note {
  name: string;
  at: string;
  attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A step of a node run, or a charge that was reserved and settled outside one. */
export interface NodePart {
  kind: "step" | "charge";
  name: string;
  startedAt: string;
  /** Absent while it is under way. */
  endedAt?: string;
  state: "open" | "succeeded" | "failed" | "unfinished";
  charge?: ChargeText;
}

export interface ChargeText {
  /** Dollars. */
  amount: number;
  provider?: string;
  model?: string;
  operation?: string;
  inputTokens?: number;
  outputTokens?: number;
}

export interface FailureText {
  code: string;
  message: string;
}
