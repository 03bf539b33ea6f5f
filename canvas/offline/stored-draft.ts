import type { GraphId } from "#runtime/graph/ids.ts";
import { answerOf, committed } from "./browser-database.ts";
import { DRAFT_STORES, type DraftRecord, deleteDrafts, type MarkRecord, ofDraft, type UnsavedMark } from "./stored-drafts.ts";

export interface StoredContent {
  /** What other windows have stored since it was last read, and at first all there is; oldest first. */
  updates: readonly Uint8Array[];
  /** Of windows that are gone, and of those that are open beside this one. */
  marks: readonly UnsavedMark[];
  isComplete: boolean;
  readOnly: string | undefined;
}

/** One person's copy of one draft in this browser. What is written is written in order; reading waits for it. */
export interface StoredDraft {
  /** Throws when the browser fails. */
  read(): Promise<StoredContent>;
  add(update: Uint8Array, mark?: UnsavedMark): void;
  /** The server has all that was read and added: marks go, unless another window has edited since. */
  settle(): void;
  describe(facts: Partial<Pick<DraftRecord, "name" | "isComplete" | "readOnly">>): void;
  /** Replaces the log by one update: `take` gets what other windows have added, then `state` is the whole. */
  shrink(take: (updates: readonly Uint8Array[]) => void, state: () => Uint8Array): void;
  /** Updates in the log. */
  length(): number;
  /** Whether everything that was handed over is stored. */
  isWritten(): boolean;
  /** Stores nothing from here on, not even what was handed over already. */
  stop(): void;
  forget(): Promise<void>;
}

type Write = (transaction: IDBTransaction) => void | Promise<void>;

/** `onFailure` is called once, when the browser refuses to store any more (then nothing more is tried: what is stored stays whole). */
export function openStoredDraft(database: IDBDatabase, given: { person: string; graph: GraphId; window: string; onFailure: () => void }): StoredDraft {
  const { person, graph, window: ownWindow, onFailure } = given;
  const key = `${person}/${graph}`;
  const readMarks = new Map<string, number>();
  let lastRead = 0;
  /** Keys of what this window has added since: it need not be read back. */
  const own = new Set<number>();
  let length = 0;
  let stamp = 0;
  let waiting: Write[] = [];
  let writing: Promise<void> | undefined;
  let hasFailed = false;

  const flush = async () => {
    while (waiting.length > 0 && !hasFailed) {
      const writes = waiting;
      waiting = [];
      try {
        const transaction = database.transaction([...DRAFT_STORES], "readwrite");
        const end = committed(transaction);
        end.catch(() => undefined);
        for (const write of writes) await write(transaction);
        await end;
      } catch {
        hasFailed = true;
        onFailure();
      }
    }
    writing = undefined;
  };
  const write = (each: Write) => {
    if (hasFailed) return;
    waiting.push(each);
    writing ??= Promise.resolve().then(flush);
  };
  const newKeys = (transaction: IDBTransaction) => answerOf(transaction.objectStore("updates").index("draft").getAllKeys(key));
  /** What is in the log and was not read yet; within the transaction. */
  const readNew = async (transaction: IDBTransaction): Promise<Uint8Array[]> => {
    const keys = (await newKeys(transaction)).filter((each): each is number => typeof each === "number");
    length = keys.length;
    const fresh = keys.filter((each) => each > lastRead && !own.has(each));
    lastRead = keys.at(-1) ?? lastRead;
    own.clear();
    const store = transaction.objectStore("updates");
    const records = await Promise.all(fresh.map((each) => answerOf<{ update: Uint8Array } | undefined>(store.get(each))));
    return records.flatMap((record) => (record ? [record.update] : []));
  };
  return {
    read: async () => {
      await writing;
      const transaction = database.transaction([...DRAFT_STORES], "readonly");
      const [record, updates, marks] = await Promise.all([
        answerOf<DraftRecord | undefined>(transaction.objectStore("drafts").get(key)),
        readNew(transaction),
        answerOf<MarkRecord[]>(transaction.objectStore("marks").getAll(ofDraft(key))),
      ]);
      const others = marks.filter(({ window }) => window !== ownWindow);
      const fresh = others.filter((mark) => readMarks.get(mark.window) !== mark.stamp);
      for (const mark of others) readMarks.set(mark.window, mark.stamp);
      return { updates, marks: fresh, isComplete: record?.isComplete === true, readOnly: record?.readOnly };
    },
    add: (update, mark) =>
      write((transaction) => {
        length++;
        const added = transaction.objectStore("updates").add({ draft: key, update });
        added.onsuccess = () => own.add(Number(added.result));
        if (mark) transaction.objectStore("marks").put({ ...mark, draft: key, window: ownWindow, stamp: ++stamp } satisfies MarkRecord);
      }),
    settle: () => {
      const seen = new Map(readMarks);
      write(async (transaction) => {
        const marks = transaction.objectStore("marks");
        marks.delete([key, ownWindow]);
        for (const mark of await answerOf<MarkRecord[]>(marks.getAll(ofDraft(key)))) if (seen.get(mark.window) === mark.stamp) marks.delete([key, mark.window]);
      });
    },
    describe: (facts) =>
      write(async (transaction) => {
        const drafts = transaction.objectStore("drafts");
        const before = await answerOf<DraftRecord | undefined>(drafts.get(key));
        drafts.put({ key, person, graph, name: "", isComplete: false, ...before, ...facts, usedAt: Date.now() } satisfies DraftRecord);
      }),
    shrink: (take, state) => {
      // counts anew at once, so that it is not asked for twice
      length = 0;
      write(async (transaction) => {
        take(await readNew(transaction));
        const store = transaction.objectStore("updates");
        for (const each of await newKeys(transaction)) store.delete(each);
        lastRead = Number(await answerOf(store.add({ draft: key, update: state() })));
        length = 1;
      });
    },
    length: () => length,
    isWritten: () => !hasFailed && writing === undefined,
    stop: () => {
      hasFailed = true;
      waiting = [];
    },
    forget: async () => {
      await writing;
      hasFailed = true;
      await deleteDrafts(database, (record) => record.key === key);
    },
  };
}
