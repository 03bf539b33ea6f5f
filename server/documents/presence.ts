import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { z } from "zod";
import { findUnsafeJson } from "#runtime/graph/json.ts";
import { type SeenAs, writeSeenAs } from "./seen-as.ts";

/** Bytes of one client's state. */
export const PRESENCE_BYTES = 8 * 1024;

/** Clients in one message: a stock client echoes what it hears about others. Reading more would hold everybody up. */
const MAX_ENTRIES = 2_000;
const GOODBYE = "null";

/** What one client says of itself. */
export const presenceEntrySchema = z.strictObject({
  client: z.int().min(0),
  clock: z.int().min(0),
  /** JSON of the state; "null" says goodbye. */
  state: z.string().max(PRESENCE_BYTES),
  /** Whose client it is. */
  actor: z.string(),
});
export type PresenceEntry = z.infer<typeof presenceEntrySchema>;

type Announcement = Omit<PresenceEntry, "actor">;

/** Somebody in this process. */
interface Present {
  readonly actor: string;
  readonly seenAs?: SeenAs | undefined;
}

/** What another process says of those whom it serves. */
export interface PresenceReport {
  /** Which process. */
  process: string;
  entries: readonly PresenceEntry[];
  /** These are all whom it serves. */
  isWhole: boolean;
}

/** Who is in a document and what they point at: passed on, never stored. */
export interface Presence<Member extends Present> {
  /**
   * What an awareness message of a member tells the others, or undefined for nothing. A member speaks for one client id, the first it
   * announces; the stock client echoes what it hears about others, so that what is said about others is left out. Another connection of
   * the same person may take the client id over: a reconnect before the old one is known to be dead. Who it is, is written in. Throws at
   * bytes that are no awareness message.
   */
  announce(member: Member, update: Uint8Array): PresenceEntry | undefined;
  /** What to tell the others when a member is gone. */
  leave(member: Member): PresenceEntry | undefined;
  /** Takes in what another process says; answers what to tell the members here. */
  hear(report: PresenceReport): PresenceEntry[];
  /** Nothing is heard of another process any more; answers the goodbyes to tell the members here. */
  lose(process: string): PresenceEntry[];
  /** Those whom this process serves. */
  own(): PresenceEntry[];
  /** Everybody, for one who has just come. */
  everybody(): PresenceEntry[];
}

/** Says which clients are whose: those of members here, and those of other processes (by name). */
export function createPresence<Member extends Present>(): Presence<Member> {
  const owners = new Map<number, { owner: Member | string; entry: PresenceEntry }>();
  const clients = new Map<Member, number>();

  const mayAnnounce = (member: Member, { client, state }: Announcement): boolean => {
    const known = clients.get(member);
    if (known !== undefined) return known === client;
    const held = owners.get(client);
    if (held && held.owner !== member && held.entry.actor !== member.actor) return false;
    return state !== GOODBYE;
  };
  const take = (client: number, owner: Member | string, entry: PresenceEntry) => {
    const before = owners.get(client)?.owner;
    if (before !== undefined && before !== owner && typeof before !== "string") clients.delete(before);
    owners.set(client, { owner, entry });
  };
  /** Whether a report about a client is news; a list may be older than what is known here. */
  const isNews = ({ process, isWhole }: PresenceReport, entry: PresenceEntry): boolean => {
    const held = owners.get(entry.client);
    if (!held) return entry.state !== GOODBYE;
    if (held.owner === process) return entry.clock > held.entry.clock || entry.state === GOODBYE;
    return !isWhole && entry.state !== GOODBYE && held.entry.actor === entry.actor;
  };
  const goodbye = (entry: PresenceEntry): PresenceEntry => {
    owners.delete(entry.client);
    return { ...entry, state: GOODBYE };
  };
  const of = (owner: string) => [...owners.values()].filter((held) => held.owner === owner).map(({ entry }) => entry);
  return {
    announce: (member, update) => {
      const entries = readEntries(update);
      const accepted = entries.find((entry) => mayAnnounce(member, entry));
      if (!accepted || accepted.state.length > PRESENCE_BYTES) return undefined;
      // a client that has no id yet announces itself alone; a list is an echo of others
      if (!clients.has(member) && entries.length > 1) return undefined;
      const said = checkState(accepted.state);
      const state = member.seenAs ? JSON.stringify(writeSeenAs(said, member.seenAs)) : accepted.state;
      if (state.length > PRESENCE_BYTES) return undefined;
      const entry = { ...accepted, state, actor: member.actor };
      take(entry.client, member, entry);
      clients.set(member, entry.client);
      return entry;
    },
    leave: (member) => {
      const client = clients.get(member);
      const held = client === undefined ? undefined : owners.get(client);
      clients.delete(member);
      if (!held || held.owner !== member) return undefined;
      const isPresent = held.entry.state !== GOODBYE;
      const said = goodbye(held.entry);
      return isPresent ? said : undefined;
    },
    hear: (report) => {
      const told = report.entries.filter((entry) => isNews(report, entry) && isSound(entry));
      for (const entry of told) {
        if (entry.state === GOODBYE) owners.delete(entry.client);
        else take(entry.client, report.process, entry);
      }
      if (!report.isWhole) return told;
      const named = new Set(report.entries.map(({ client }) => client));
      const gone = of(report.process).filter(({ client }) => !named.has(client));
      return [...told, ...gone.map(goodbye)];
    },
    lose: (process) => of(process).map(goodbye),
    own: () => [...owners.values()].filter(({ owner, entry }) => typeof owner !== "string" && entry.state !== GOODBYE).map(({ entry }) => entry),
    everybody: () => [...owners.values()].map(({ entry }) => entry).filter(({ state }) => state !== GOODBYE),
  };
}

/** Throws at bytes that are no awareness update. */
function readEntries(update: Uint8Array): Announcement[] {
  const decoder = decoding.createDecoder(update);
  const count = decoding.readVarUint(decoder);
  if (count > MAX_ENTRIES) throw new RangeError(`An awareness message speaks of ${count} clients.`);
  const entries: Announcement[] = [];
  for (let index = 0; index < count; index++) {
    entries.push({ client: decoding.readVarUint(decoder), clock: decoding.readVarUint(decoder), state: decoding.readVarString(decoder) });
  }
  return entries;
}

/** Every client would parse it: throws at what is no JSON object or null, or holds a forbidden key. */
function checkState(text: string): unknown {
  const state: unknown = JSON.parse(text);
  if (typeof state !== "object" || findUnsafeJson(state) !== undefined) throw new TypeError("An awareness state is no plain object.");
  return state;
}

function isSound({ state }: PresenceEntry): boolean {
  try {
    checkState(state);
    return true;
  } catch {
    return false;
  }
}

/** As an awareness update. */
export function writeEntries(entries: readonly PresenceEntry[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const { client, clock, state } of entries) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    encoding.writeVarString(encoder, state);
  }
  return encoding.toUint8Array(encoder);
}
