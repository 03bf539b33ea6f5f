import * as Y from "yjs";
import type { Logger } from "../logger.ts";
import type { DocumentUpdateStore, StoredDocument, StoredTail } from "../store/document-updates.ts";
import type { DocumentChecker } from "./document-checker.ts";
import type { Outcome, Submission } from "./document-room.ts";
import { createSnapshots } from "./snapshots.ts";
import type { UpdateCommitter } from "./update-committer.ts";
import type { Verdict } from "./verdict.ts";

/** Bytes of all documents that may wait for the database before further updates are sent back. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Updates of other processes that are kept until it is their turn; further ones are read from the database. */
const MAX_HEARD = 1_000;

export interface UpdatePipeline {
  /** Everything that was accepted, as updates. */
  state(): Uint8Array[];
  /** Called in the order of the checks: what fits is on its way to the database when this returns. */
  take(submission: Submission, verdict: Verdict): Outcome | Promise<Outcome>;
  /** Another process has committed an update under this number; without the update it is read from the database. */
  hear(number: number, update: Uint8Array | undefined): void;
  /** Takes in what is stored and not here yet, at least up to a number; rejects when the database does not answer. */
  catchUp(number: number): Promise<void>;
  stop(): Promise<void>;
}

export interface UpdatePipelineGiven {
  id: string;
  doc: Y.Doc;
  stored: StoredDocument;
  checker: DocumentChecker;
  committer: UpdateCommitter;
  store: DocumentUpdateStore;
  logger: Logger;
  /** Tells an update that is in the document now to everybody here but the one it came from. */
  tell(update: Uint8Array, from: Submission["from"]): void;
  /** One of this process's updates was committed. */
  onCommitted(number: number, update: Uint8Array): void;
  /** What the room holds is not what is stored: it has to be loaded again. */
  onBroken(): void;
}

/** From the check to everybody's screen: committed, applied, passed on; each update after the one before, those of other processes among them. */
export function createUpdatePipeline(given: UpdatePipelineGiven): UpdatePipeline {
  const { id, doc, checker, committer, store, logger, tell } = given;
  /** Accepted and on the way to the database, oldest first. */
  const accepted: Uint8Array[] = [];
  /** Updates of other processes, by number. */
  const heard = new Map<number, Uint8Array>();
  let number = given.stored.number;
  let settled: Promise<unknown> = Promise.resolve();
  let isBroken = false;
  const readAfter = (after: number): Promise<StoredTail> =>
    store.since(id, after).catch((error: unknown) => {
      throw new UnreadError("What is stored could not be read.", { cause: error });
    });
  const snapshots = createSnapshots({ tail: given.stored.tail, logger, write: () => store.snapshot(id, number, Y.encodeStateAsUpdate(doc)) });

  const fail = (error: unknown): Outcome => {
    logger.error({ error, document: id }, "A document does not agree with the database; it is loaded again.");
    if (!isBroken) given.onBroken();
    isBroken = true;
    return { type: "unavailable" };
  };
  const apply = (update: Uint8Array, from: Submission["from"]) => {
    Y.applyUpdate(doc, update);
    tell(update, from);
  };
  /** What was checked where it was committed, in one go however much it is: one thing to apply, to tell, and for the checker to take in. */
  const takeIn = ({ number: last, state, updates }: StoredTail) => {
    const added = applyTogether(doc, state ? [state, ...updates] : updates);
    if (state) checker.forget(id);
    else if (added) checker.absorb(id, added);
    if (added) tell(added, undefined);
    // only now: what could not be applied is not here
    number = last;
    snapshots.count(updates.length);
  };
  const heardNext = (): Uint8Array[] => {
    const updates: Uint8Array[] = [];
    for (let next = heard.get(number + 1); next; next = heard.get(number + updates.length + 1)) updates.push(next);
    return updates;
  };
  /** Afterwards everything up to `last` is here; maybe more, own updates among it whose commits were not heard of yet. */
  const bring = async (last: number) => {
    while (number < last) {
      const updates = heardNext();
      if (updates.length > 0) takeIn({ number: number + updates.length, updates });
      else {
        const tail = await readAfter(number);
        if (tail.number < last) throw new Error(`The update ${last} of ${id} is not stored.`);
        takeIn(tail);
      }
    }
    for (const known of heard.keys()) if (known <= number) heard.delete(known);
  };
  const finish = async (update: Uint8Array, taken: number, from: Submission["from"]): Promise<Outcome> => {
    if (isBroken) return { type: "unavailable" };
    // another process wrote in between
    await bring(taken - 1);
    accepted.shift();
    if (taken > number) {
      apply(update, from);
      number = taken;
      snapshots.count(1);
    }
    given.onCommitted(taken, update);
    return { type: "saved", number: taken };
  };
  const catchUp = (last: number): Promise<void> => {
    const done = settled
      .then(() => (isBroken ? undefined : bring(last)))
      .catch((error: unknown) => {
        if (error instanceof UnreadError) throw error;
        fail(error);
      });
    settled = done.catch(() => undefined);
    return done;
  };
  return {
    state: () => [Y.encodeStateAsUpdate(doc), ...accepted],
    take: ({ actor, from }, verdict) => {
      if (verdict.type !== "ok") return verdict;
      const { update, about } = verdict;
      if (!update) return settled.then(() => (isBroken ? { type: "unavailable" } : { type: "unchanged" }));
      if (isBroken || committer.waitingBytes() > MAX_WAITING_BYTES) {
        checker.forget(id);
        return { type: "unavailable" };
      }
      accepted.push(update);
      const committed = committer.submit({ document: id, update, actor, about });
      const outcome = Promise.all([committed, settled])
        .then(([taken]) => finish(update, taken, from))
        .catch(fail);
      settled = outcome;
      return outcome;
    },
    hear: (told, update) => {
      if (isBroken || told <= number) return;
      if (update && heard.size < MAX_HEARD) heard.set(told, update);
      catchUp(told).catch((error: unknown) => logger.debug({ error, document: id }, "Edits of another process could not be read; trying again."));
    },
    catchUp,
    stop: async () => {
      await settled;
      await snapshots.stop();
    },
  };
}

/** The database does not answer: that passes, and says nothing of what is here. */
class UnreadError extends Error {
  override readonly name = "UnreadError";
}

/** Answers what the updates added, as one. */
function applyTogether(doc: Y.Doc, updates: readonly Uint8Array[]): Uint8Array | undefined {
  let added: Uint8Array | undefined;
  const keep = (update: Uint8Array) => {
    added = update;
  };
  doc.on("update", keep);
  try {
    Y.transact(doc, () => updates.forEach((update) => void Y.applyUpdate(doc, update)), undefined, false);
  } finally {
    doc.off("update", keep);
  }
  return added;
}
