import * as Y from "yjs";
import type { Logger } from "../logger.ts";
import type { DocumentUpdateStore, StoredDocument } from "../store/document-updates.ts";
import type { DocumentChecker } from "./document-checker.ts";
import { createPresence, type Presence } from "./presence.ts";
import { createSnapshots } from "./snapshots.ts";
import type { UpdateCommitter } from "./update-committer.ts";
import type { Refusal, Verdict } from "./verdict.ts";

/** Somebody who has a document open. */
export interface RoomMember {
  /** Who it is; written beside what they did. */
  readonly actor: string;
  /** An update of somebody else, committed and applied. */
  onUpdate(update: Uint8Array): void;
  onPresence(update: Uint8Array): void;
  /** The document is closed, with a websocket close code. */
  onDismiss(code: number, reason: string): void;
}

export interface Submission {
  update: Uint8Array;
  actor: string;
  /** Is not told about its own update. */
  from?: RoomMember;
  /** See `Shadow.check`. */
  salvage?: boolean;
}

/** `saved`: committed by the database under this number. `unchanged`: it added nothing to what is committed. */
export type Outcome = { type: "saved"; number: number } | { type: "unchanged" } | Refusal;

/** An open document. Its `doc` is what the database holds; nobody but the room changes it. */
export interface DocumentRoom {
  readonly id: string;
  readonly doc: Y.Doc;
  readonly presence: Presence<RoomMember>;
  /** Checks, commits, applies and passes on an update, in the order given; resolves when all of that is done. */
  submit(submission: Submission): Promise<Outcome>;
  /** Changes a copy of the document and submits what that adds. One edit after the other, each seeing those before. */
  edit(actor: string, change: (copy: Y.Doc) => void): Promise<Outcome>;
  join(member: RoomMember): void;
  leave(member: RoomMember): void;
  tellPresence(update: Uint8Array, except: RoomMember): void;
  /** Nobody is in it, and nothing is under way. */
  isIdle(): boolean;
  /** Sends everybody away. */
  dismiss(code: number, reason: string): void;
  /** Waits for what is under way, then lets go of the memory. */
  destroy(): Promise<void>;
}

export interface RoomContext {
  checker: DocumentChecker;
  committer: UpdateCommitter;
  store: DocumentUpdateStore;
  logger: Logger;
  /** The room has become idle. */
  onIdle(): void;
  /** What the room holds is not what is stored: it has to be loaded again. */
  onBroken(): void;
}

/** Bytes of all documents that may wait for the database before further updates are sent back. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Opens a document from what is stored of it. */
export function createDocumentRoom(id: string, stored: StoredDocument, context: RoomContext): DocumentRoom {
  const { checker } = context;
  const doc = new Y.Doc();
  // of its own: a document that meets its client id in somebody's update takes another
  const editor = new Y.Doc().clientID;
  for (const part of stored.parts) Y.applyUpdate(doc, part);
  const members = new Set<RoomMember>();
  const pipeline = createPipeline({ id, doc, stored, members, context });
  const underWay = new Set<Promise<Outcome>>();
  let edits: Promise<unknown> = Promise.resolve();

  const isIdle = () => members.size === 0 && underWay.size === 0;
  const busy = async (work: Promise<Outcome>): Promise<Outcome> => {
    underWay.add(work);
    try {
      return await work;
    } finally {
      underWay.delete(work);
      if (isIdle()) context.onIdle();
    }
  };
  const submit = (submission: Submission): Promise<Outcome> =>
    busy(
      new Promise((resolve) => {
        const { update, salvage } = submission;
        checker.check({ document: id, update, salvage, parts: pipeline.state, settle: (verdict) => resolve(pipeline.take(submission, verdict)) });
      }),
    );
  const edit: DocumentRoom["edit"] = (actor, change) => {
    const done = edits.then(() => {
      const update = changeOf(doc, editor, change);
      return update ? submit({ update, actor }) : ({ type: "unchanged" } as const);
    });
    edits = done.catch(() => undefined);
    return busy(done);
  };
  return {
    id,
    doc,
    presence: createPresence<RoomMember>((next, before) => next.actor === before.actor),
    submit,
    edit,
    join: (member) => members.add(member),
    leave: (member) => {
      if (members.delete(member) && isIdle()) context.onIdle();
    },
    tellPresence: (update, except) => {
      for (const member of members) if (member !== except) member.onPresence(update);
    },
    isIdle,
    dismiss: (code, reason) => {
      for (const member of [...members]) member.onDismiss(code, reason);
      members.clear();
    },
    destroy: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
      await pipeline.stop();
      checker.forget(id);
      doc.destroy();
    },
  };
}

/** What a change adds to a document, made on a copy by a client of its own. */
function changeOf(doc: Y.Doc, client: number, change: (copy: Y.Doc) => void): Uint8Array | undefined {
  const copy = new Y.Doc();
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc));
  // only now that the earlier edits of this client are in it
  copy.clientID = client;
  const before = Y.encodeStateVector(copy);
  let isChanged = false;
  copy.once("update", () => {
    isChanged = true;
  });
  change(copy);
  const update = isChanged ? Y.encodeStateAsUpdate(copy, before) : undefined;
  copy.destroy();
  return update;
}

interface Pipeline {
  /** Everything that was accepted, as updates. */
  state(): Uint8Array[];
  /** Called in the order of the checks: what fits is on its way to the database when this returns. */
  take(submission: Submission, verdict: Verdict): Outcome | Promise<Outcome>;
  stop(): Promise<void>;
}

/** From the check to everybody's screen: committed, applied, passed on; each update after the one before. */
function createPipeline(given: { id: string; doc: Y.Doc; stored: StoredDocument; members: ReadonlySet<RoomMember>; context: RoomContext }): Pipeline {
  const { id, doc, members, context } = given;
  const { checker, committer, store, logger } = context;
  /** Accepted and on the way to the database, oldest first. */
  const accepted: Uint8Array[] = [];
  let number = given.stored.number;
  let settled: Promise<unknown> = Promise.resolve();
  let isBroken = false;
  const snapshots = createSnapshots({ tail: given.stored.tail, logger, write: () => store.snapshot(id, number, Y.encodeStateAsUpdate(doc)) });

  const apply = (update: Uint8Array, from: RoomMember | undefined) => {
    Y.applyUpdate(doc, update);
    for (const member of members) if (member !== from) member.onUpdate(update);
    snapshots.count();
  };
  const finish = async (update: Uint8Array, committed: Promise<number>, from: RoomMember | undefined): Promise<Outcome> => {
    const taken = await committed;
    if (isBroken) return { type: "unavailable" };
    if (taken > number + 1) {
      // another process wrote in between; what it wrote was checked there
      for (const missed of await store.between(id, number, taken)) apply(missed, undefined);
      checker.forget(id);
    }
    number = taken;
    accepted.shift();
    apply(update, from);
    return { type: "saved", number: taken };
  };
  const fail = (error: unknown): Outcome => {
    logger.error({ error, document: id }, "A document does not agree with the database; it is loaded again.");
    if (!isBroken) context.onBroken();
    isBroken = true;
    return { type: "unavailable" };
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
      const before = settled;
      const outcome = Promise.all([committed, before])
        .then(() => finish(update, committed, from))
        .catch(fail);
      settled = outcome;
      return outcome;
    },
    stop: async () => {
      await settled;
      await snapshots.stop();
    },
  };
}
