import type { DocumentUpdateStore, UpdateCommit } from "../store/document-updates.ts";

export interface UpdateCommitter {
  /** Resolves with the update's number once the database has committed it. Updates of one document stay in order. */
  submit(commit: UpdateCommit): Promise<number>;
  /** What went wrong with the last try, while the database does not take commits. */
  problem(): unknown;
  /** Bytes that wait for the database. */
  waitingBytes(): number;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  /** Rejects what still waits; nothing more is tried. */
  abandon(): void;
}

interface Waiting {
  commit: UpdateCommit;
  resolve: (number: number) => void;
  reject: (error: Error) => void;
}

const RETRY_MS = [20, 100, 500, 2_000];

/**
 * One writer for all documents of the process: what arrives while a transaction is under way goes together into the next, so that nobody
 * waits longer than two transactions take. A database that refuses is tried again until it takes the commit.
 */
export function createUpdateCommitter(given: { store: DocumentUpdateStore; onProblem: (error: unknown) => void }): UpdateCommitter {
  let queue: Waiting[] = [];
  let working: Promise<void> | undefined;
  let problem: unknown;
  let bytes = 0;
  let isAbandoned = false;

  const commitUntilTaken = async (batch: Waiting[]): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      try {
        const numbers = await given.store.append(batch.map(({ commit }) => commit));
        problem = undefined;
        for (const [index, { resolve, reject, commit }] of batch.entries()) {
          const number = numbers[index] ?? 0;
          if (number > 0) resolve(number);
          else reject(new Error(`The document ${commit.document} is not stored.`));
        }
        return;
      } catch (error) {
        problem = error;
        given.onProblem(error);
        if (isAbandoned) {
          for (const { reject } of batch) reject(new Error("The update was not stored.", { cause: error }));
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]));
      }
    }
  };
  const work = async () => {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      await commitUntilTaken(batch);
      bytes -= batch.reduce((sum, { commit }) => sum + commit.update.byteLength, 0);
    }
    working = undefined;
  };
  return {
    submit: (commit) =>
      new Promise((resolve, reject) => {
        queue.push({ commit, resolve, reject });
        bytes += commit.update.byteLength;
        working ??= Promise.resolve().then(work);
      }),
    problem: () => problem,
    waitingBytes: () => bytes,
    idle: async () => {
      while (working) await working;
    },
    abandon: () => {
      isAbandoned = true;
    },
  };
}
