import { browserDatabase, committed } from "./browser-database.ts";
import { forgetPersonalKeys } from "./personal-keys.ts";
import { deletePersonsDrafts } from "./stored-drafts.ts";

const CHANNEL = "heddle.session";
/** Milliseconds in which other windows hear of it: what they were just writing is deleted after that. */
const HEARD_MS = 250;

type Listener = (person: string) => void;

const keepers = new Set<Listener>();
let isLeaving = false;

/** Deletes all that this browser keeps for a person who signs out; before, tells the other windows, which begin anew. */
export async function leaveBrowser(person: string): Promise<void> {
  isLeaving = true;
  for (const keeper of [...keepers]) keeper(person);
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(person);
  channel.close();
  await deleteAll(person);
  await new Promise((resolve) => setTimeout(resolve, HEARD_MS));
  await deleteAll(person);
}

async function deleteAll(person: string): Promise<void> {
  try {
    forgetPersonalKeys();
    const database = await browserDatabase();
    if (!database) return;
    await deletePersonsDrafts(database, person);
    const transaction = database.transaction("answers", "readwrite");
    transaction.objectStore("answers").clear();
    await committed(transaction);
  } catch {
    // a browser that cannot delete could not store either
  }
}

/** Hears when a person signs out in another window. */
export function onLeaving(listener: Listener): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  // the channels of the window that tells hear it, too
  channel.onmessage = ({ data }) => isLeaving || listener(String(data));
  return () => channel.close();
}

/** Hears when a person signs out in any window: nothing of theirs may be stored from then on. */
export function onSignOut(listener: Listener): () => void {
  keepers.add(listener);
  const stop = onLeaving(listener);
  return () => {
    keepers.delete(listener);
    stop();
  };
}
