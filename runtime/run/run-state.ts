import type { NodeId, RunId } from "../graph/ids.ts";
import type { Json } from "../graph/json.ts";
import type { StoredValue, StoredValues } from "../graph/stored-value.ts";
import type { Autonomy } from "../node/autonomy.ts";
import type { Effect } from "../node/effect.ts";
import type { WaitRequest } from "../node/outcome.ts";
import type { Plan } from "../plan/plan.ts";
import type { Accounts, Amounts } from "./accounts.ts";
import type { ChildPurpose, IterationPath, LogLine, RecordedAnswer } from "./events.ts";
import type { Failure } from "./failure.ts";

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

/** Dollars (and tokens, where there are any) that a node run set aside under a name, and what the charge came to. */
export interface ChargeRecord {
  reserved: number;
  settled?: number;
  tokens?: { reserved: number; settled?: number };
}

/** A run that a node run began. */
export interface ChildRecord {
  readonly name: string;
  readonly run: RunId;
  readonly purpose: ChildPurpose;
  /** The callable that it runs. */
  readonly callee?: NodeId | undefined;
  /** ISO instant; absent in a fold that was kept before this was noted. */
  readonly begunAt?: string | undefined;
  readonly first?: number | undefined;
  readonly count?: number | undefined;
  /** Dollars lent to it, until it has ended. */
  readonly reserved: number;
  /** Of other measures than dollars, what is lent to it. */
  readonly lent?: Amounts | undefined;
  /** What it has asked for on top, to be lent or refused. */
  readonly needs?: Amounts | undefined;
  /** Milliseconds for which the run that began it had been active by then. */
  readonly activeBefore?: number | undefined;
  /** Absent while it goes on. */
  readonly end?: { readonly state: FinalState; readonly at?: string | undefined; readonly outputs: StoredValues; readonly failure?: Failure | undefined };
}

export interface IterationRecord {
  readonly index: number;
  readonly state: "succeeded" | "failed" | "stopped";
  readonly outputs: StoredValues;
  readonly failure?: (Failure & { node?: NodeId | undefined }) | undefined;
}

/** The iterations a container (or a node in item mode) asked for last. */
export interface Iterations {
  readonly first: number;
  readonly count: number;
  readonly given: StoredValues;
  readonly concurrency: number;
  readonly onFailure: "stop" | "go-on";
  readonly delegated: boolean;
  /** How many have been begun. */
  readonly begun: number;
  readonly active: number;
  /** One has failed, and no other is begun. */
  readonly stopping: boolean;
  /** In order of their end; the same array in every later state. */
  readonly ended: IterationRecord[];
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
  /** Attempts that failed with the code `timeout`; absent for none. */
  readonly timeouts?: number;
  /** Raised when a person says "run again"; part of the idempotency key. */
  readonly generation: number;
  /** What the attempt begun last may do to the world. */
  readonly effect?: Effect;
  /** ISO instant of the first attempt. */
  readonly startedAt?: string;
  readonly steps: Readonly<Record<string, StepRecord>>;
  readonly answers: Readonly<Record<string, RecordedAnswer>>;
  readonly charges: Readonly<Record<string, ChargeRecord>>;
  readonly logs: readonly LogLine[];
  readonly iterations?: Iterations;
  readonly children?: readonly ChildRecord[];
}

/** A node run; each state holds only what is true in it. */
export type NodeRun = NodeRunBase &
  /** `reentry`: its wait was answered (or its iterations have ended), the same attempt goes on. */
  (
    | { readonly state: "pending"; readonly reentry: boolean }
    | { readonly state: "running" }
    | { readonly state: "iterating"; readonly iterations: Iterations }
    /** `child`: the oldest of its `children` that go on; it waits for all of them. */
    | { readonly state: "calling"; readonly child: RunId; readonly since: string }
    | { readonly state: "waiting"; readonly request: WaitRequest; readonly since: string }
    | { readonly state: "deciding"; readonly failure: Failure }
    | { readonly state: "retrying"; readonly failure: Failure; readonly dueAt: string }
    | { readonly state: "uncertain"; readonly failure: Failure; readonly since: string }
    | { readonly state: "succeeded"; readonly finishedAt: string; readonly outputs: StoredValues }
    | {
        readonly state: "reused";
        readonly finishedAt: string;
        readonly reason: "cache" | "recorded" | "pinned";
        readonly from?: { readonly run: RunId; readonly node: NodeId } | undefined;
        readonly outputs: StoredValues;
      }
    | {
        readonly state: "failed";
        readonly finishedAt: string;
        readonly failure: Failure;
        readonly handling: "fail" | "branch" | "continue";
        readonly outputs: StoredValues;
      }
    | { readonly state: "skipped"; readonly finishedAt: string; readonly reason: "no-value" | "disabled" | "left-out"; readonly outputs: StoredValues }
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
  /** Sources (edges and expression reads) of its own scope not settled yet. */
  pending: number;
  /** Values that have arrived on its edges. */
  arrived: number;
  /** Where the first of them came from, for a node that goes on with the first. */
  first?: { node: NodeId; port: string };
}

/** One iteration under way: what runs inside a container at one index. Its key is that of the container at the iteration's path. */
export interface Scope {
  readonly container: NodeId;
  /** Path of the node runs inside: the container's own and the index. */
  readonly path: IterationPath;
  /** What the container gives to its body, by port. */
  readonly given: StoredValues;
  /** Node runs inside without an end yet; those of iterations within count as their container. */
  unsettled: number;
  /** Nothing starts inside any more: something inside has failed (`failure`), or another iteration has. */
  stopping: boolean;
  failure?: Failure & { node: NodeId };
}

/** Where the run came from; see the event `run-created`. */
export interface Origin {
  readonly run: RunId;
  readonly actor: string;
  /** Who began it, or the first of those that wait for it, where that is not the actor; null: nobody who is known. */
  readonly startedBy?: string | null | undefined;
  readonly trigger?: "webhook" | "schedule" | "form" | "test" | undefined;
  readonly parent?:
    | { readonly run: RunId; readonly purpose: ChildPurpose; readonly node?: NodeId | undefined; readonly path?: IterationPath | undefined }
    | undefined;
  readonly depth: number;
  /** The strictest of the graphs that called it. */
  readonly autonomy?: Autonomy | undefined;
  /** What it was called with may hold what others wrote. */
  readonly untrusted?: true | undefined;
  /** Milliseconds it may take of its parent's time. */
  readonly timeMs?: number | undefined;
  readonly fixed: Readonly<Record<string, StoredValues>>;
}

/**
 * A run as its events tell it. `applyEvent` owns the collections and changes them in place (O(1) an event): a state must not be
 * used after it was handed to `applyEvent`. Each NodeRun is replaced, never changed, so identity tells what is new.
 */
export interface RunState {
  readonly plan: Plan;
  /** Number of the last event applied; 0 before the first. */
  readonly seq: number;
  readonly phase: RunPhase;
  /** Absent before the first event. */
  readonly origin?: Origin;
  readonly input: Json;
  readonly entry?: NodeId;
  readonly startedAt?: string;
  readonly nodes: Map<NodeKey, NodeRun>;
  readonly readiness: Map<NodeKey, Readiness>;
  /** Iterations under way. */
  readonly scopes: Map<NodeKey, Scope>;
  /** What `schedule` has to look at, each in order of arrival. */
  readonly ready: Set<NodeKey>;
  readonly toSkip: Set<NodeKey>;
  readonly deciding: Set<NodeKey>;
  readonly running: Set<NodeKey>;
  /** Waiting, calling, retrying or uncertain. */
  readonly waiting: Set<NodeKey>;
  /** Containers with iterations under way. */
  readonly iterating: Set<NodeKey>;
  /** Iterations that have to be ended, or stopped. */
  readonly closing: Set<NodeKey>;
  /** Node runs outside of containers without an end yet. */
  readonly unsettled: number;
  /** Milliseconds during which at least one node ran, up to the last time none did; waiting does not count, but for runs it waited for and that ran. */
  readonly activeMs: number;
  /** ISO instant since which nodes run; absent while none does. */
  readonly activeSince?: string | undefined;
  /** The first failure that fails the run. */
  readonly fatal?: Failure & { node: NodeId };
  /** What it has used, of what it may. */
  readonly accounts: Accounts;
  /** The same for each node that has a budget of its own. */
  readonly nodeAccounts: Map<NodeId, Accounts>;
  /** `budgetMs`: milliseconds for which it may be active before no node starts any more; see `Account.warned`. */
  readonly time: { readonly budgetMs?: number; readonly warned?: true };
}
