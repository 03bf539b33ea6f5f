import * as Y from "yjs";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { GraphObserver } from "#runtime/graph/observe.ts";
import type { SaveTracker } from "../document/save-tracker.ts";
import { createStore, type Store } from "../document/store.ts";
import { browserDatabase } from "./browser-database.ts";
import { onSignOut } from "./leave-browser.ts";
import type { LostEdits } from "./lost-edits.ts";
import { openStoredDraft, type StoredDraft } from "./stored-draft.ts";
import { deleteOldDrafts } from "./stored-drafts.ts";

/** The origin of updates that come from the browser's own store. */
export const STORED = { from: "the browser's store" };

/** A log of so many updates is replaced by one. */
const LONG_LOG = 300;
const LONG_LOG_AT_START = 60;

export interface KeptDraft {
  /** What this browser had of the draft is in it (or there is nothing, or nothing can be kept). Never rejects. */
  readonly ready: Promise<void>;
  /** Whether edits outlive this window; undefined until that is known. */
  readonly isKept: Pick<Store<boolean | undefined>, "current" | "subscribe">;
  /** Whether everything edited so far is stored. */
  isWritten(): boolean;
  /** The draft came from the server whole; `readOnly` says why nothing may be changed, where that is so. */
  complete(readOnly: string | undefined): void;
  /** Takes in what other windows of this browser have stored meanwhile. */
  refresh(): Promise<void>;
  readOnly(message: string): void;
  /** Deletes the copy; nothing is kept from here on. */
  forget(): Promise<void>;
  destroy(): void;
}

export interface KeepDraftGiven {
  doc: Y.Doc;
  id: GraphId;
  /** Whose copy it is. */
  person: string;
  graph: GraphObserver;
  tracker: SaveTracker;
  losses: LostEdits;
  /** Updates that came from the server. */
  isRemote(origin: unknown): boolean;
  /** A complete copy is in the document. */
  onComplete(): void;
}

/** Keeps a draft in the browser while it is open, so that edits outlive the window and the server's absence. */
export function keepDraft(given: KeepDraftGiven): KeptDraft {
  const { doc, id, person, graph, tracker, losses, isRemote, onComplete } = given;
  const isKept = createStore<boolean | undefined>(undefined);
  let stored: StoredDraft | undefined;
  let isForgotten = false;
  /** Unsaved changes of other windows, which have marks of their own. */
  let inherited = 0;

  const ownMark = () => ({ changes: tracker.unsaved() - inherited, touched: losses.touched() });
  const setKept = (kept: boolean) => {
    isKept.set(kept);
    tracker.kept(kept);
  };
  const onUpdate = (update: Uint8Array, origin: unknown) => {
    if (!stored || origin === STORED) return;
    if (isRemote(origin)) stored.add(update);
    else stored.add(update, ownMark());
    if (stored.length() > LONG_LOG) shrink(stored);
  };
  const shrink = (draft: StoredDraft) => draft.shrink(apply, () => Y.encodeStateAsUpdate(doc));
  const apply = (updates: readonly Uint8Array[]) => {
    for (const update of updates) Y.applyUpdate(doc, update, STORED);
  };
  const take = async (draft: StoredDraft) => {
    const { updates, marks, isComplete, readOnly } = await draft.read();
    if (isForgotten) return;
    apply(updates);
    losses.restored(marks.flatMap(({ touched }) => touched));
    const changes = marks.reduce((sum, mark) => sum + mark.changes, 0);
    inherited += changes;
    if (changes > 0) tracker.restored(changes);
    return { isComplete, readOnly };
  };
  const open = async () => {
    const database = await browserDatabase();
    if (!database || isForgotten) return setKept(false);
    const draft = openStoredDraft(database, { person, graph: id, window: String(doc.clientID), onFailure: () => setKept(false) });
    const found = await take(draft);
    if (isForgotten) return;
    stored = draft;
    setKept(true);
    // what was edited while the store was being opened
    if (tracker.unsaved() > inherited) draft.add(Y.encodeStateAsUpdate(doc), ownMark());
    else if (draft.length() > LONG_LOG_AT_START) shrink(draft);
    draft.describe({});
    if (found?.readOnly !== undefined) tracker.wasReadOnly(found.readOnly);
    if (found?.isComplete) onComplete();
    deleteOldDrafts(database, person).catch(() => undefined);
  };
  const stop = tracker.state.subscribe(() => {
    if (tracker.state.current().type !== "saved") return;
    inherited = 0;
    losses.saved();
    stored?.settle();
  });
  const stopListening = onSignOut((who) => {
    if (who !== person) return;
    isForgotten = true;
    stored?.stop();
    stored = undefined;
  });
  doc.on("update", onUpdate);
  return {
    ready: open().catch(() => setKept(false)),
    isKept,
    isWritten: () => stored?.isWritten() === true,
    complete: (readOnly) => stored?.describe({ isComplete: true, name: graph.current().name, readOnly }),
    refresh: async () => {
      if (!stored) return;
      await take(stored).catch(() => setKept(false));
      if (tracker.state.current().type !== "saved") return;
      inherited = 0;
      stored?.settle();
    },
    readOnly: (message) => stored?.describe({ readOnly: message }),
    forget: async () => {
      isForgotten = true;
      const draft = stored;
      stored = undefined;
      await draft?.forget();
    },
    destroy: () => {
      stop();
      stopListening();
      doc.off("update", onUpdate);
    },
  };
}
