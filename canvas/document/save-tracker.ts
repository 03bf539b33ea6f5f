import * as decoding from "lib0/decoding";
import { messageYjsSyncStep2, messageYjsUpdate } from "y-protocols/sync";
import { SYNC_MESSAGES } from "#server/contract/document-sync.ts";
import { createStore, type Store } from "./store.ts";

/** Whether what was edited here is safe. `saved` means: committed by the database. */
export type SaveState =
  | { type: "connecting" }
  | { type: "saved" }
  | { type: "saving" }
  /** Tried again by itself. `unsaved`: how many changes the server does not have; `isKept`: they outlive this window, in the browser. */
  | { type: "offline"; unsaved: number; isKept: boolean }
  | { type: "read-only"; message: string }
  /** The server ended the connection for good. */
  | { type: "refused"; code: number; message: string };

/** Counts what was sent on a connection against what the server acknowledged (`server/contract/document-sync.ts`). */
export interface SaveTracker {
  readonly state: Store<SaveState>;
  /** Whether the server lacks edits of this browser. */
  hasUnsaved(): boolean;
  /** How many changes the server lacks; edits in quick succession are one. */
  unsaved(): number;
  /** The document was changed here. */
  edited(): void;
  /** An earlier window left changes behind that the server did not acknowledge. */
  restored(unsaved: number): void;
  /** The browser does, or does not, keep unsaved edits. */
  kept(isKept: boolean): void;
  /** A new connection: both counts begin anew. */
  connecting(): void;
  sent(message: Uint8Array): void;
  acknowledged(count: number): void;
  disconnected(): void;
  readOnly(message: string): void;
  /** It was read-only when it was last open; holds until the server answers. */
  wasReadOnly(message: string): void;
  refused(code: number, message: string): void;
}

/** Edits closer together than this are one change, as they are one step of undo. */
export const CHANGE_MS = 400;

export function createSaveTracker(now: () => number = Date.now): SaveTracker {
  const state = createStore<SaveState>({ type: "connecting" });
  let unsaved = 0;
  let lastEdit = Number.NEGATIVE_INFINITY;
  let isKept = false;
  let connected = false;
  let sent = 0;
  let acknowledged = 0;
  // the answer to the server's first message carries all it lacks: before it has gone out, counts that agree prove nothing
  let caughtUp = false;
  let isRemembered = false;

  const isFinal = () => ["refused", "read-only"].includes(state.current().type);
  const offline = (): SaveState => ({ type: "offline", unsaved, isKept });
  const settle = () => {
    if (isFinal()) return;
    if (!connected) return void (state.current().type !== "connecting" && state.set(offline()));
    if (caughtUp && acknowledged >= sent) unsaved = 0;
    if (caughtUp || unsaved > 0) state.set({ type: unsaved > 0 ? "saving" : "saved" });
  };
  const edited = () => {
    const time = now();
    if (unsaved === 0 || time - lastEdit > CHANGE_MS) unsaved++;
    lastEdit = time;
    const { type } = state.current();
    if (type === "saved") state.set({ type: "saving" });
    else if (type === "offline") state.set(offline());
  };
  return {
    state,
    hasUnsaved: () => unsaved > 0,
    unsaved: () => unsaved,
    edited,
    restored: (count) => {
      unsaved += count;
      settle();
    },
    kept: (kept) => {
      isKept = kept;
      if (state.current().type === "offline") state.set(offline());
    },
    connecting: () => {
      connected = true;
      sent = 0;
      acknowledged = 0;
      caughtUp = false;
    },
    sent: (message) => {
      const kind = documentMessage(message);
      if (kind === undefined) return;
      sent++;
      if (kind === messageYjsSyncStep2) {
        caughtUp = true;
        // the server says that nothing may be changed before it asks for anything
        if (isRemembered) state.set({ type: "connecting" });
        isRemembered = false;
      }
      settle();
    },
    acknowledged: (count) => {
      acknowledged = count;
      settle();
    },
    disconnected: () => {
      connected = false;
      if (!isFinal()) state.set(offline());
    },
    readOnly: (message) => {
      isRemembered = false;
      state.set({ type: "read-only", message });
    },
    wasReadOnly: (message) => {
      if (isFinal() || connected) return;
      isRemembered = true;
      state.set({ type: "read-only", message });
    },
    refused: (code, message) => state.set({ type: "refused", code, message }),
  };
}

/** The kind of a message that changes the document (sync step 2 or update), else undefined. */
function documentMessage(message: Uint8Array): number | undefined {
  const decoder = decoding.createDecoder(message);
  if (decoding.readVarUint(decoder) !== SYNC_MESSAGES.sync) return undefined;
  const kind = decoding.readVarUint(decoder);
  return kind === messageYjsSyncStep2 || kind === messageYjsUpdate ? kind : undefined;
}
