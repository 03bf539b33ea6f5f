import type { NodeId, RunId } from "../graph/ids.ts";
import type { Effect } from "./effect.ts";
import type { IterationResult, WaitAnswer } from "./outcome.ts";
import type { Service } from "./service.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Shown while it happens, never recorded. */
export type Emission =
  | {
      type: "progress";
      /** How far, in the unit of `total`. */
      value: number;
      total?: number;
      message?: string;
    }
  | { type: "token"; text: string }
  | { type: "preview"; mediaType: string /** base64 */; data: string };

export interface StepOptions {
  effect: Effect;
  /** JSON the step depends on; its hash is recorded, and another hash on re-entry is the failure `step-mismatch`. */
  input: unknown;
  /** Idempotency key sent to the other side, when the effect is `keyed`. */
  key?: string;
}

/** What a charge came to. */
export interface Charge {
  /** Dollars. */
  amount: number;
  /** Tokens read and written. */
  tokens?: number | undefined;
  /** For people and for telemetry: `provider`, `model`, `operation`, `inputTokens`, `outputTokens`. */
  details?: Record<string, string | number>;
}

/** All that a node may know and do besides its config and inputs. A plain object is a fine fake in tests. */
export interface ExecutionContext {
  readonly run: {
    readonly id: RunId;
    /** Address at which anybody who has it can answer a `wait` of the kind `webhook` of this node run. */
    callbackUrl(name: string): string;
    /** What it was called with may hold what others wrote. */
    readonly isUntrusted?: boolean;
    /** Whether there is a budget of dollars that has to be kept. */
    readonly hasBudget?: boolean;
  };
  readonly node: {
    readonly id: NodeId;
    /** Indexes of the iterations around this node run, outermost first. */
    readonly path: readonly number[];
    /** From 1. */
    readonly attempt: number;
    /** How many of the attempts before this one failed with the code `timeout`. */
    readonly timeouts: number;
  };
  /** Fires on cancel, kill, time-out and shutdown; its reason is a `NodeError`. */
  readonly signal: AbortSignal;
  /** Milliseconds this attempt may take. */
  readonly timeoutMs: number;
  /** SHA-256 of run, node, path, step and generation, the same in every attempt. */
  readonly idempotencyKey: string;
  /** Adds a line to the node run's log; at most 1,000 lines of 8 KiB are kept. */
  log(level: LogLevel, message: string): void;
  emit(emission: Emission): void;
  /**
   * Runs `work` once and records its JSON result; on re-entry returns what was recorded. Names are unique in a node run.
   * Throws `NodeError("step-mismatch")` when the input differs from the recorded one, or the name was used before.
   */
  step<Result>(name: string, options: StepOptions, work: () => Promise<Result>): Promise<Result>;
  /** The answer to an earlier `wait` of this name, once the node has been entered again. */
  answered(name: string): WaitAnswer | undefined;
  /**
   * How the iterations of the last `iterate` ended, by index; iterations that were never begun, or stopped because another one failed,
   * are left out. Absent before the first `iterate` of this node run.
   */
  readonly iterations?: readonly IterationResult[] | undefined;
  /**
   * Sets up to `amount` dollars (and as many tokens) of the run's budget aside for a charge (or for a wait that may lead to one) before it is
   * made. Tool calls are counted at once: they are made or not. Where a budget does not allow it the node waits until what others have set aside
   * is free, or for somebody to raise it, and is entered again from its top. Names are unique in a node run. Throws `NodeError("budget")` when the
   * budget was not raised.
   */
  reserve(name: string, amount: number, counts?: { tokens?: number; toolCalls?: number }): Promise<void>;
  /** Settles what was reserved under this name: the rest is free again, but for tool calls. Recorded once. */
  settle(name: string, charge: Charge): Promise<void>;
  /** Throws `Error` when the process does not offer the service. */
  use<T>(service: Service<T>): T;
  /** Milliseconds since the epoch. */
  now(): number;
}
