import { describe, expect, test } from "vitest";
import type { RunId } from "#runtime/graph/ids.ts";
import { type CommitStore, createCommitter, ImpossibleCommitError, type RunCommit } from "./committer.ts";

const commitOf = (run: string, seq: number): RunCommit => ({
  run: run as RunId,
  epoch: 1,
  events: [{ type: "run-resumed", actor: "tester", seq, at: "2026-01-01T00:00:00.000Z" }],
  projection: { state: "running", startedAt: null, finishedAt: null, output: null, failure: null, reason: null, cost: 0, wakeAt: null, release: false },
  consumed: [seq],
});

function setUp(commit: CommitStore["commit"], onCommitted: (commit: RunCommit) => void = () => undefined) {
  const transactions: string[][] = [];
  const problems: unknown[] = [];
  const store: CommitStore = {
    commit: async (commits) => {
      const refused = await commit(commits);
      transactions.push(commits.map(({ run, events }) => `${run}:${events.map(({ seq }) => seq).join("+")}`));
      return refused;
    },
  };
  return { transactions, problems, committer: createCommitter({ store, onCommitted, onProblem: (error) => problems.push(error) }) };
}

describe("the committer", () => {
  test("a commit grows until it is sent, and may come to nothing", async () => {
    const { committer, transactions } = setUp(async () => new Set());
    const parts = [commitOf("run_a", 1)];
    const sent = committer.submit(() => ({ ...commitOf("run_a", 1), events: parts.flatMap(({ events }) => events) }));
    const nothing = committer.submit(() => undefined);
    parts.push(commitOf("run_a", 2));
    await sent;
    await expect(nothing).rejects.toMatchObject({ name: "LeaseLostError" });
    expect(transactions).toEqual([["run_a:1+2"]]);
  });

  test("takes together what came while it was busy, in the order of each run", async () => {
    const [begun, busy] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const { committer, transactions } = setUp(async () => {
      begun.resolve();
      await busy.promise;
      return new Set();
    });
    const sent = [committer.submit(() => commitOf("run_a", 1))];
    await begun.promise;
    for (const commit of [commitOf("run_a", 2), commitOf("run_b", 1), commitOf("run_a", 3)]) sent.push(committer.submit(() => commit));
    busy.resolve();
    await Promise.all(sent);
    expect(transactions).toEqual([["run_a:1"], ["run_a:2+3", "run_b:1"]]);
  });

  test("tries again until the database takes it, and says meanwhile what is wrong", async () => {
    let tries = 0;
    const { committer } = setUp(async () => {
      tries += 1;
      if (tries < 3) throw new Error("the disk is full");
      return new Set();
    });
    const done = committer.submit(() => commitOf("run_a", 1));
    await expect.poll(committer.problem).toBe("the disk is full");
    await done;
    expect(tries).toBe(3);
    expect(committer.problem()).toBeUndefined();
  });

  test("what can never be recorded fails its own run alone", async () => {
    const { committer, transactions } = setUp(async (commits) => {
      if (commits.some(({ run }) => run === "run_bad")) throw new ImpossibleCommitError("no such text");
      return new Set();
    });
    const results = await Promise.allSettled(["run_a", "run_bad", "run_b"].map((run) => committer.submit(() => commitOf(run, 1))));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    await committer.submit(() => commitOf("run_a", 2));
    expect(transactions).toEqual([["run_a:1"], ["run_b:1"], ["run_a:2"]]);
    expect(committer.problem()).toBeUndefined();
  });

  test("whoever looks on and throws stops nothing", async () => {
    const { committer, problems } = setUp(
      async () => new Set(),
      () => {
        throw new Error("listener");
      },
    );
    await committer.submit(() => commitOf("run_a", 1));
    await committer.submit(() => commitOf("run_a", 2));
    await committer.idle();
    expect(problems).toHaveLength(2);
  });

  test("a refused run is told so, the others are recorded", async () => {
    const { committer } = setUp(async () => new Set(["run_b" as RunId]));
    const results = await Promise.allSettled([committer.submit(() => commitOf("run_a", 1)), committer.submit(() => commitOf("run_b", 1))]);
    expect(results).toMatchObject([{ status: "fulfilled" }, { status: "rejected", reason: { name: "LeaseLostError" } }]);
  });
});
