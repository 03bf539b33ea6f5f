import type { NodeId, RunId } from "#runtime/graph/ids.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { NodeKey } from "#runtime/run/run-state.ts";
import { failpoint } from "./failpoints.ts";
import type { InboxMessage } from "./inbox.ts";
import type { NewRun } from "./new-run.ts";

/** What one run wants recorded, in one piece. */
export interface RunCommit {
  run: RunId;
  /** Epoch of the lease under which the driver decided this; another epoch in the database refuses it. */
  epoch: number;
  events: readonly RunEvent[];
  /** Columns of the `runs` row that follow from the events. */
  projection: RunProjection;
  /** Inbox rows these events answer; removed in the same transaction. */
  consumed: readonly number[];
  /** The run itself, when it is not recorded yet, with the lease under which it is driven from its first moment (or none). */
  create?: NewRun & { lease?: { owner: string; leaseMs: number } | undefined };
  /** Node runs that these events change, as they are now. */
  nodes?: readonly NodeRow[];
  /** Runs that it begins. */
  children?: readonly NewRun[];
  /** What it tells other runs. With a key that a run has in its inbox already: nothing. */
  messages?: readonly { run: RunId; message: InboxMessage; actor: string; dedupeKey?: string | undefined }[];
  /** Results that other runs may use. */
  results?: readonly { key: string; node: NodeId; outputs: StoredValues }[];
  /** The fold of its log up to these events, where it is worth keeping. */
  snapshot?: { seq: number; state: string };
}

/** One node run as `node_runs` shows it. */
export interface NodeRow {
  key: NodeKey;
  node: NodeId;
  type: string;
  state: string;
  attempts: number;
  startedAt: string | null;
  finishedAt: string | null;
  /** Code of its failure. */
  failure: string | null;
}

/** The `runs` row as the events so far tell it. */
export interface RunProjection {
  state: string;
  startedAt: Date | null;
  finishedAt: Date | null;
  output: unknown;
  failure: unknown;
  reason: string | null;
  /** Dollars spent. */
  cost: number;
  /** When a timer of the run falls due, if it has one. */
  wakeAt: Date | null;
  /** Gives the lease back: nothing is left to do until something comes from outside. */
  release: boolean;
}

/** Thrown to a driver whose lease another process holds now, or whose run has ended: it must stop at once. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
}

/** What is to be recorded is at fault, not the database: another try would end the same way. */
export class ImpossibleCommitError extends Error {
  override readonly name = "ImpossibleCommitError";
}

export interface CommitStore {
  /**
   * Records all commits, each in one piece; returns the runs whose fence refused theirs. Safe to call again after an unclear end.
   * Throws `ImpossibleCommitError` when one of them can never be recorded.
   */
  commit(commits: readonly RunCommit[]): Promise<ReadonlySet<RunId>>;
}

export interface Committer {
  /**
   * Resolves once the database has committed. Rejects with `LeaseLostError` or `ImpossibleCommitError`. Commits of one run stay in order.
   * `take` is called when the commit is about to be sent: until then more may be added to it. It answers undefined when there is nothing to record any more.
   */
  submit(take: () => RunCommit | undefined): Promise<void>;
  /** What went wrong with the last try, while the database does not take commits. */
  problem(): string | undefined;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

interface Waiting {
  resolve: () => void;
  reject: (error: unknown) => void;
}

type Pending = Waiting & { commit: RunCommit };

const RETRY_MS = [50, 200, 1_000, 5_000];
/** Commits in one transaction: after an outage thousands may wait. */
const MAX_BATCH = 1_000;

/**
 * One writer for all runs of the process: what arrives while a transaction is under way goes together into the next one, so
 * that durability costs commits per second, not per node. A database that refuses is tried again until it takes the commit; a
 * run whose events can never be recorded fails alone.
 */
export function createCommitter(given: {
  store: CommitStore;
  onCommitted: (commit: RunCommit, sentAt: number) => void;
  onProblem: (error: unknown) => void;
  onTransaction?: (given: { runs: number; events: number; milliseconds: number }) => void;
}): Committer {
  const queue: (Waiting & { take: () => RunCommit | undefined })[] = [];
  let working: Promise<void> | undefined;
  let problem: string | undefined;
  /** Milliseconds (of `performance.now`) at which the last try was sent. */
  let sentAt = 0;

  const work = async () => {
    while (queue.length > 0) {
      // runs that let others go first (`breathe`) end meanwhile: one that is cut in two is two commits, and waits for both
      await turn();
      await settle(queue.splice(0, MAX_BATCH).flatMap(takeCommit));
    }
    working = undefined;
  };
  const takeCommit = ({ take, ...waiting }: (typeof queue)[number]): Pending[] => {
    try {
      const commit = take();
      if (commit) return [{ ...waiting, commit }];
      waiting.reject(new LeaseLostError("There is nothing to record any more."));
    } catch (error) {
      waiting.reject(error);
    }
    return [];
  };
  const settle = async (batch: readonly Pending[]): Promise<void> => {
    if (batch.length === 0) return;
    const commits = mergeByRun(batch.map(({ commit }) => commit));
    try {
      const refused = await commitUntilTaken(commits);
      for (const { commit, resolve, reject } of batch) {
        if (refused.has(commit.run)) reject(new LeaseLostError(`The lease of ${commit.run} is no longer ours.`));
        else resolve();
      }
      for (const commit of commits) if (!refused.has(commit.run)) tell(commit);
    } catch (error) {
      given.onProblem(error);
      if (commits.length === 1) for (const { reject } of batch) reject(error);
      else for (const { run } of commits) await settle(batch.filter(({ commit }) => commit.run === run));
    }
  };
  const commitUntilTaken = async (commits: readonly RunCommit[]): Promise<ReadonlySet<RunId>> => {
    for (let attempt = 0; ; attempt++) {
      try {
        sentAt = performance.now();
        failpoint("before-commit");
        const refused = await given.store.commit(commits);
        failpoint("after-commit");
        const events = commits.reduce((sum, commit) => sum + commit.events.length, 0);
        given.onTransaction?.({ runs: commits.length, events, milliseconds: performance.now() - sentAt });
        problem = undefined;
        return refused;
      } catch (error) {
        if (error instanceof ImpossibleCommitError) throw error;
        problem = error instanceof Error ? error.message : String(error);
        given.onProblem(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
      }
    }
  };
  /** Whoever looks on does not stop the recording. */
  const tell = (commit: RunCommit) => {
    try {
      given.onCommitted(commit, sentAt);
    } catch (error) {
      given.onProblem(error);
    }
  };
  return {
    submit: (take) =>
      new Promise((resolve, reject) => {
        queue.push({ take, resolve, reject });
        // what else is ready at this moment goes along: a run of a few nodes that compute is one commit
        working ??= turn().then(work);
      }),
    problem: () => problem,
    idle: async () => {
      while (working) await working;
    },
  };
}

/** A turn of the event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Several commits of one run become one: all events, the last projection. */
function mergeByRun(commits: readonly RunCommit[]): RunCommit[] {
  const byRun = Map.groupBy(commits, ({ run }) => run);
  return [...byRun.values()].flatMap((group) => {
    const last = group.at(-1);
    if (!last || group.length === 1) return last ?? [];
    const create = group[0]?.create;
    const snapshot = group.findLast((commit) => commit.snapshot)?.snapshot;
    return {
      ...last,
      ...(create && { create }),
      ...(snapshot && { snapshot }),
      events: group.flatMap(({ events }) => events),
      consumed: group.flatMap(({ consumed }) => consumed),
      nodes: [...new Map(group.flatMap(({ nodes = [] }) => nodes.map((node) => [node.key, node] as const))).values()],
      children: group.flatMap(({ children = [] }) => children),
      messages: group.flatMap(({ messages = [] }) => messages),
      results: group.flatMap(({ results = [] }) => results),
    };
  });
}
