import { SYNC_CLOSE } from "../contract/document-sync.ts";
import type { DocumentRoom, Outcome, RoomMember } from "../documents/document-room.ts";
import { type PresenceEntry, writeEntries } from "../documents/presence.ts";
import { type DocumentMessage, writeAck, writeAwareness, writeNotice, writeStep1, writeStep2 } from "./document-messages.ts";
import { createDurableCount } from "./durable-count.ts";
import type { Outgoing } from "./outgoing.ts";
import { createTokenBucket } from "./token-bucket.ts";

/** Changes of one's own presence that are passed on; of more, the newest. */
const PRESENCE = { perSecond: 10, burst: 10 };
const PRESENCE_MS = 100;
/** Resyncs a connection may need before it is sent away to start afresh. */
const MAX_RESYNCS = 20;

export interface SessionGiven {
  room: DocumentRoom;
  member: RoomMember;
  outgoing: Outgoing;
  /** The client understands acknowledgements and notices. */
  acks: boolean;
  /** The actor may look but not edit. */
  readOnly: boolean;
  close: (code: number, reason: string) => void;
}

/** One connection to an open document. */
export interface DocumentSession {
  /** Throws at content that no honest client sends. */
  take(message: DocumentMessage): void;
  /** The last bulk message is on its way out. */
  onBulkSent(): void;
  end(): void;
}

export function createDocumentSession(given: SessionGiven): DocumentSession {
  const { room, member, outgoing, acks } = given;
  const takeUpdate = createUpdateIntake(given);
  const presence = createPresenceOutlet((entry) => room.tellPresence(entry, member));
  let waiting: Uint8Array | undefined;

  const answerStep1 = (stateVector: Uint8Array) => {
    waiting = outgoing.sendBulk(() => writeStep2(room.doc, stateVector)) ? undefined : stateVector;
  };
  const tellPresence = () => {
    const everybody = room.presence.everybody();
    if (everybody.length > 0) outgoing.send(writeAwareness(writeEntries(everybody)));
  };
  if (acks && given.readOnly) outgoing.send(writeNotice({ type: "read-only", message: "You may look at this document, but not change it." }));
  tellPresence();
  return {
    take: (message) => {
      if (message.type === "step-1") answerStep1(message.stateVector);
      else if (message.type === "query-awareness") tellPresence();
      else if (message.type === "awareness") presence.tell(room.presence.announce(member, message.update));
      else takeUpdate(message.update, message.type === "step-2");
    },
    onBulkSent: () => {
      if (waiting) answerStep1(waiting);
    },
    end: () => {
      presence.end();
      const goodbye = room.presence.leave(member);
      if (goodbye) room.tellPresence(goodbye, member);
      room.leave(member);
    },
  };
}

/** Hands updates to the room in order, and acknowledges them in order; asks for what is missing. */
function createUpdateIntake({ room, member, outgoing, acks, readOnly, close }: SessionGiven): (update: Uint8Array, isStep2: boolean) => void {
  const count = createDurableCount((durable) => {
    if (acks) outgoing.send(writeAck(durable));
  });
  let isRefused = readOnly;
  let asked = 0;
  let answered = 0;
  let resyncs = 0;
  /** Which answer brings what is missing; until it comes, everything else comes again with it. */
  let fillingAnswer: number | undefined;
  let order: Promise<void> = Promise.resolve();

  const ask = () => {
    asked++;
    outgoing.send(writeStep1(room.doc));
  };
  const onIncomplete = () => {
    count.missing();
    if (isRefused || fillingAnswer !== undefined) return;
    if (++resyncs > MAX_RESYNCS) return close(SYNC_CLOSE.rateLimited, "This connection lost its thread too often; start again.");
    ask();
    fillingAnswer = asked;
  };
  const settle = (outcome: Outcome, place: number, isFilling: boolean) => {
    if (outcome.type === "saved" || outcome.type === "unchanged") {
      if (isFilling) count.filled(place);
      else count.committed(place);
    } else if (outcome.type === "malformed") close(SYNC_CLOSE.malformed, outcome.reason);
    else if (outcome.type === "incomplete") onIncomplete();
    else if (outcome.type === "unavailable") close(SYNC_CLOSE.shuttingDown, "Changes cannot be stored at present; try again.");
    else {
      count.refused();
      const message = `${outcome.reason} This change was not taken, and no further ones are. Undo it and open the document again.`;
      if (acks) outgoing.send(writeNotice({ type: "read-only", message }));
    }
  };
  ask();
  return (update, isStep2) => {
    if (isStep2) answered++;
    const place = count.received();
    const isFilling = isStep2 && fillingAnswer !== undefined && answered >= fillingAnswer;
    if (isRefused || (fillingAnswer !== undefined && !isFilling)) return;
    if (isFilling) fillingAnswer = undefined;
    const outcome = room.submit({ update, actor: member.actor, from: member, salvage: isFilling }).then((found) => {
      if (found.type === "malformed" || found.type === "over-limit") isRefused = true;
      return found;
    });
    order = order.then(async () => settle(await outcome, place, isFilling)).catch(() => close(SYNC_CLOSE.shuttingDown, "Something went wrong; try again."));
  };
}

/** Passes presence on at a bounded rate; what comes too fast is replaced by what comes after it. */
function createPresenceOutlet(tellNow: (entry: PresenceEntry) => void): { tell(entry: PresenceEntry | undefined): void; end(): void } {
  const bucket = createTokenBucket(PRESENCE);
  let latest: PresenceEntry | undefined;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    if (!latest) return;
    if (!bucket.take(1)) timer = setTimeout(flush, PRESENCE_MS);
    else {
      tellNow(latest);
      latest = undefined;
    }
  };
  return {
    tell: (entry) => {
      if (!entry) return;
      latest = entry;
      if (!timer) flush();
    },
    end: () => {
      clearTimeout(timer);
      latest = undefined;
    },
  };
}
