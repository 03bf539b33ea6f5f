import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { findUnsafeJson } from "#runtime/graph/json.ts";

/** Bytes of one client's state. */
export const PRESENCE_BYTES = 8 * 1024;

interface Entry {
  client: number;
  clock: number;
  /** JSON of the state; "null" says goodbye. */
  state: string;
}

/** Who is in a document and what they point at: passed on, never stored. */
export interface Presence<Member extends object> {
  /**
   * What an awareness message of a member tells the others, or undefined for nothing. A member speaks for one client id, the first it
   * announces; the stock client echoes what it hears about others, so that what is said about others is left out.
   */
  announce(member: Member, update: Uint8Array): Uint8Array | undefined;
  /** What to tell the others when a member is gone. */
  leave(member: Member): Uint8Array | undefined;
  /** Everybody's state, for one who has just come. */
  everybody(): Uint8Array | undefined;
}

/** `mayTakeOver`: whether a new connection may speak for the client id of an earlier one (a reconnect before the old one is known to be dead). */
export function createPresence<Member extends object>(mayTakeOver: (next: Member, before: Member) => boolean): Presence<Member> {
  const owners = new Map<number, { member: Member; entry: Entry }>();
  const own = new Map<Member, number>();

  const mayAnnounce = (member: Member, { client, state }: Entry): boolean => {
    const known = own.get(member);
    if (known !== undefined) return known === client;
    const owner = owners.get(client);
    if (owner && owner.member !== member && !mayTakeOver(member, owner.member)) return false;
    return state !== "null";
  };
  return {
    announce: (member, update) => {
      const entries = readEntries(update);
      const accepted = entries.find((entry) => mayAnnounce(member, entry));
      if (!accepted || accepted.state.length > PRESENCE_BYTES) return undefined;
      // a client that has no id yet announces itself alone; a list is an echo of others
      if (!own.has(member) && entries.length > 1) return undefined;
      checkState(accepted.state);
      const before = owners.get(accepted.client);
      if (before && before.member !== member) own.delete(before.member);
      own.set(member, accepted.client);
      owners.set(accepted.client, { member, entry: accepted });
      return writeEntries([accepted]);
    },
    leave: (member) => {
      const client = own.get(member);
      const owner = client === undefined ? undefined : owners.get(client);
      own.delete(member);
      if (client === undefined || !owner) return undefined;
      owners.delete(client);
      return owner.entry.state === "null" ? undefined : writeEntries([{ ...owner.entry, state: "null" }]);
    },
    everybody: () => {
      const entries = [...owners.values()].map(({ entry }) => entry).filter(({ state }) => state !== "null");
      return entries.length > 0 ? writeEntries(entries) : undefined;
    },
  };
}

/** Throws at bytes that are no awareness update. */
function readEntries(update: Uint8Array): Entry[] {
  const decoder = decoding.createDecoder(update);
  const count = decoding.readVarUint(decoder);
  const entries: Entry[] = [];
  for (let index = 0; index < count; index++) {
    entries.push({ client: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder), state: decoding.readVarString(decoder) });
  }
  return entries;
}

/** Every client would parse it: throws at what is no JSON object or null, or holds a forbidden key. */
function checkState(text: string): void {
  const state: unknown = JSON.parse(text);
  if (typeof state !== "object" || findUnsafeJson(state) !== undefined) throw new TypeError("An awareness state is no plain object.");
}

function writeEntries(entries: readonly Entry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}
