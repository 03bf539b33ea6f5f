import { type Presence, type PresenceEntry, type PresenceReport, writeEntries } from "./presence.ts";

/** Milliseconds for which what is said is gathered after the last telling; who speaks after a silence is told at once. */
const GATHER_MS = 30;
/** Milliseconds between two lists of whom this process serves. */
const LIST_MS = 2_000;
/** Milliseconds after which a process that sends no lists has died, or cannot be reached. */
const SILENCE_MS = 7_000;

type Told<Member> = PresenceEntry & { from: Member | undefined };

/** Passes on who is in a document: to the members here, in few messages, and to other processes. */
export interface PresenceExchange<Member> {
  tell(entry: PresenceEntry, from: Member): void;
  hear(report: PresenceReport): void;
  /** Another process wants to know who is here. */
  asked(): void;
  stop(): void;
}

export interface PresenceExchangeGiven<Member extends { readonly actor: string }> {
  presence: Presence<Member>;
  members: ReadonlySet<Member & { onPresence(update: Uint8Array): void }>;
  /** To other processes; absent where there are none. */
  send: ((entries: readonly PresenceEntry[], isWhole: boolean) => void) | undefined;
}

export function createPresenceExchange<Member extends { readonly actor: string }>(given: PresenceExchangeGiven<Member>): PresenceExchange<Member> {
  const { presence, members, send } = given;
  /** When each other process was last heard of. */
  const heard = new Map<string, number>();
  /** The newest of each client. */
  const gathered = new Map<number, Told<Member>>();
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    timer = undefined;
    if (gathered.size === 0) return;
    const told = [...gathered.values()];
    gathered.clear();
    timer = setTimeout(flush, GATHER_MS).unref();
    const update = writeEntries(told);
    for (const member of members) if (told.some(({ from }) => from !== member)) member.onPresence(update);
    const own = told.filter(({ from }) => from !== undefined).map(({ from: _, ...entry }) => entry);
    if (own.length > 0) send?.(own, false);
  };
  const gather = (entry: PresenceEntry, from: Member | undefined) => {
    gathered.set(entry.client, { ...entry, from });
    if (!timer) flush();
  };
  const list = () => send?.(presence.own(), true);
  const beat = () => {
    // a process that serves nobody has nothing to say: the others miss nobody
    if (presence.own().length > 0) list();
    const before = performance.now() - SILENCE_MS;
    for (const [process, at] of [...heard]) {
      if (at > before) continue;
      heard.delete(process);
      for (const entry of presence.lose(process)) gather(entry, undefined);
    }
  };
  const beats = send && setInterval(beat, LIST_MS).unref();
  return {
    tell: gather,
    hear: (report) => {
      heard.set(report.process, performance.now());
      for (const entry of presence.hear(report)) gather(entry, undefined);
    },
    asked: () => {
      if (presence.own().length > 0) list();
    },
    stop: () => {
      clearTimeout(timer);
      clearInterval(beats);
      gathered.clear();
    },
  };
}
