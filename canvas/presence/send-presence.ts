import type { Awareness } from "y-protocols/awareness";

/** The server passes on 10 messages a second (`quality.md`, limits); what changes meanwhile goes together. */
const PERIOD_MS = 110;
/** Under the 8 KiB that a state may have. */
const MOST_CHARACTERS = 7_500;
/** Left out, in this order, of a state that is too large. */
const LEAST_NEEDED = ["drags", "caret", "selected"];

interface Sender {
  send(field: string, value: unknown): void;
  waiting: ReadonlyMap<string, unknown>;
}

const senders = new WeakMap<Awareness, Sender>();

/** Tells the other windows something of this one. At most one message in a period carries the latest value of every field that changed. */
export function sendPresence(awareness: Awareness, field: string, value: unknown): void {
  const sender = senders.get(awareness) ?? createSender(awareness);
  senders.set(awareness, sender);
  sender.send(field, value);
}

/** What the others are told of a field now, or in a moment. */
export function ownPresence(awareness: Awareness, field: string): unknown {
  const waiting = senders.get(awareness)?.waiting;
  return waiting?.has(field) ? waiting.get(field) : awareness.getLocalState()?.[field];
}

function createSender(awareness: Awareness): Sender {
  const waiting = new Map<string, unknown>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const before = awareness.getLocalState();
    const changed = [...waiting].filter(([field, value]) => JSON.stringify(before?.[field] ?? null) !== JSON.stringify(value ?? null));
    waiting.clear();
    // a document that was closed says nothing any more
    if (changed.length === 0 || before === null) return;
    awareness.setLocalState(fitting({ ...before, ...Object.fromEntries(changed) }));
    timer = setTimeout(flush, PERIOD_MS);
  };
  return {
    waiting,
    send: (field, value) => {
      waiting.set(field, value);
      if (timer === undefined) flush();
    },
  };
}

function fitting(state: Record<string, unknown>): Record<string, unknown> {
  let fits = state;
  for (const field of LEAST_NEEDED) {
    if (JSON.stringify(fits).length <= MOST_CHARACTERS) break;
    fits = { ...fits, [field]: field === "selected" ? [] : null };
  }
  return fits;
}
