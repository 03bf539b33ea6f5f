import type { NodeId } from "../graph/ids.ts";
import type { Json } from "../graph/json.ts";
import type { WaitAnswer, WaitRequest } from "../node/outcome.ts";
import type { Plan } from "../plan/plan.ts";
import type { IterationPath, LogLine } from "./events.ts";
import type { Failure } from "./failure.ts";
import type { StoredValue, StoredValues } from "./values.ts";

/** Identifies a node run within its run: the node's id, and the iteration path where there is one (`node_a[3,0]`). */
export type NodeKey = string & { readonly __nodeKey: true };

export function nodeKey(node: NodeId, path: IterationPath): NodeKey {
  return (path.length === 0 ? node : `${node}[${path.join(",")}]`) as string as NodeKey;
}

export interface StepRecord {
  inputHash: string;
  /** Absent while the step is under way. */
  result?: StoredValue;
}

interface NodeRunBase {
  readonly node: NodeId;
  readonly path: IterationPath;
  /** Attempts begun so far. */
  readonly attempt: number;
  /** Attempts that ended because their process was lost. */
  readonly losses: number;
  /** Attempts that ended because their process was lost or stopped: the policy's count leaves them out. */
  readonly interruptions: number;
  /** Raised when a person says "run again"; part of the idempotency key. */
  readonly generation: number;
  /** ISO instant of the first attempt. */
  readonly startedAt?: string;
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly answers: Readonly<Record<string, WaitAnswer>>;
  readonly logs: readonly LogLine[];
}

/** A node run; each state holds only what is true in it. */
export type NodeRun = NodeRunBase &
  /** `reentry`: its wait was answered, the same attempt goes on. */
  (
    | { readonly state: "pending"; readonly reentry: boolean }
    | { readonly state: "running" }
    | { readonly state: "waiting"; readonly request: WaitRequest; readonly since: string }
    | { readonly state: "deciding"; readonly failure: Failure }
    | { readonly state: "retrying"; readonly failure: Failure; readonly dueAt: string }
    | { readonly state: "uncertain"; readonly failure: Failure; readonly since: string }
    | { readonly state: "succeeded"; readonly finishedAt: string; readonly outputs: StoredValues }
    | {
        readonly state: "failed";
        readonly finishedAt: string;
        readonly failure: Failure;
        readonly handling: "fail" | "branch" | "continue";
        readonly outputs: StoredValues;
      }
    | { readonly state: "skipped"; readonly finishedAt: string; readonly reason: "no-value" | "disabled"; readonly outputs: StoredValues }
    | { readonly state: "cancelled"; readonly finishedAt: string; readonly happened: "no" | "unknown" }
  );

/** How a run ends. */
export type FinalState = "succeeded" | "failed" | "cancelled" | "killed" | "timed-out";

/** Where the run stands. */
export type RunPhase =
  | { type: "created" }
  | { type: "running" }
  | { type: "held"; reason: string; since: string }
  | { type: "stopping"; state: FinalState; reason: string }
  | { type: "finished"; state: FinalState; at: string; output: StoredValues; failure?: Failure & { node?: NodeId | undefined } };

/** What a node run still waits for. */
export interface Readiness {
  /** Sources (edges and expression reads) not settled yet. */
  pending: number;
  /** Values that have arrived on its edges. */
  arrived: number;
  /** Where the first of them came from, for a node that goes on with the first. */
  first?: { node: NodeId; port: string };
}

/**
 * A run as its events tell it. `applyEvent` owns the collections and changes them in place (O(1) an event): a state must not be
 * used after it was handed to `applyEvent`. Each NodeRun is replaced, never changed, so identity tells what is new.
 */
export interface RunState {
  readonly plan: Plan;
  readonly successors: ReadonlyMap<NodeId, readonly Successor[]>;
  /** Number of the last event applied; 0 before the first. */
  readonly seq: number;
  readonly phase: RunPhase;
  readonly input: Json;
  readonly entry?: NodeId;
  readonly startedAt?: string;
  readonly nodes: Map<NodeKey, NodeRun>;
  readonly readiness: Map<NodeKey, Readiness>;
  /** What `schedule` has to look at, each in order of arrival. */
  readonly ready: Set<NodeKey>;
  readonly toSkip: Set<NodeKey>;
  readonly deciding: Set<NodeKey>;
  readonly running: Set<NodeKey>;
  /** Waiting, retrying or uncertain. */
  readonly waiting: Set<NodeKey>;
  /** Node runs without an end yet. */
  readonly unsettled: number;
  /** Milliseconds during which at least one node ran, up to the last time none did; waiting does not count. */
  readonly activeMs: number;
  /** ISO instant since which nodes run; absent while none does. */
  readonly activeSince?: string;
  /** The first failure that fails the run. */
  readonly fatal?: Failure & { node: NodeId };
}

/** Who hears of a node's end: through an edge from one of its ports, or through an expression that reads it. */
export type Successor = { type: "edge"; port: string; node: NodeId; input: string } | { type: "read"; node: NodeId };
