import * as Y from "yjs";
import type { Logger } from "../logger.ts";
import type { DocumentUpdateStore, StoredDocument } from "../store/document-updates.ts";
import type { DocumentChecker } from "./document-checker.ts";
import type { DocumentRelay, RelayLine } from "./document-relay.ts";
import { createPresence, type Presence, type PresenceEntry } from "./presence.ts";
import { createPresenceExchange } from "./presence-exchange.ts";
import type { SeenAs } from "./seen-as.ts";
import type { UpdateCommitter } from "./update-committer.ts";
import { createUpdatePipeline } from "./update-pipeline.ts";
import type { Refusal } from "./verdict.ts";

/** Somebody who has a document open. */
export interface RoomMember {
  /** Who it is; written beside what they did. */
  readonly actor: string;
  /** As whom the others see them; absent: as what the client says. */
  readonly seenAs?: SeenAs | undefined;
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
  /** Tells the others what a member says of itself. */
  tellPresence(entry: PresenceEntry, from: RoomMember): void;
  /** Takes in what other processes have stored, up to a number; rejects when the database does not answer. */
  catchUp(number: number): Promise<void>;
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
  /** To the same document in other processes; absent where they cannot be told. */
  relay: DocumentRelay | undefined;
  logger: Logger;
  /** The room has become idle. */
  onIdle(): void;
  /** Other processes may have stored something without its being heard of here. */
  onMissed(): void;
  /** What the room holds is not what is stored: it has to be loaded again. */
  onBroken(): void;
}

/** Opens a document from what is stored of it. */
export function createDocumentRoom(id: string, stored: StoredDocument, context: RoomContext): DocumentRoom {
  const { checker, relay, logger } = context;
  const doc = new Y.Doc();
  // of its own: a document that meets its client id in somebody's update takes another
  const editor = new Y.Doc().clientID;
  for (const part of stored.parts) Y.applyUpdate(doc, part);
  const members = new Set<RoomMember>();
  const underWay = new Set<Promise<Outcome>>();
  let edits: Promise<unknown> = Promise.resolve();

  const dismiss = (code: number, reason: string) => {
    for (const member of [...members]) member.onDismiss(code, reason);
    members.clear();
  };
  const pipeline = createUpdatePipeline({
    ...{ id, doc, stored, checker, committer: context.committer, store: context.store, logger, onBroken: context.onBroken },
    tell: (update, from) => {
      for (const member of members) if (member !== from) member.onUpdate(update);
    },
    onCommitted: (number, update) => line?.committed(number, update),
  });
  const presence = createPresence<RoomMember>();
  const exchange = createPresenceExchange({ presence, members, send: relay && ((entries, isWhole) => line?.presence(entries, isWhole)) });
  const line: RelayLine | undefined = relay?.open(id, {
    committed: pipeline.hear,
    presence: exchange.hear,
    asked: exchange.asked,
    dismissed: dismiss,
    missed: () => {
      context.onMissed();
      line?.ask();
    },
  });

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
    ...{ id, doc, presence, submit, edit, isIdle, dismiss },
    join: (member) => members.add(member),
    leave: (member) => {
      if (members.delete(member) && isIdle()) context.onIdle();
    },
    tellPresence: exchange.tell,
    catchUp: pipeline.catchUp,
    destroy: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
      await pipeline.stop();
      exchange.stop();
      line?.close();
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
