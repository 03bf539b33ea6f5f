import * as decoding from "lib0/decoding";
import { messageYjsSyncStep2, messageYjsUpdate } from "y-protocols/sync";
import { SYNC_MESSAGES } from "#server/contract/document-sync.ts";
import { createStore, type Store } from "./store.ts";

/** Whether what was edited here is safe. `saved` means: committed by the database. */
export type SaveState =
  | { type: "connecting" }
  | { type: "saved" }
  | { type: "saving" }
  /** Tried again by itself; `unsaved`: there are edits the server does not have. */
  | { type: "offline"; unsaved: boolean }
  | { type: "read-only"; message: string }
  /** The server ended the connection for good. */
  | { type: "refused"; code: number; message: string };

/** Counts what was sent on a connection against what the server acknowledged (`server/contract/document-sync.ts`). */
export interface SaveTracker {
  readonly state: Store<SaveState>;
  /** Whether edits would be lost if the page closed now. */
  hasUnsaved(): boolean;
  /** The document was changed here. */
  edited(): void;
  /** A new connection: both counts begin anew. */
  connecting(): void;
  sent(message: Uint8Array): void;
  acknowledged(count: number): void;
  disconnected(): void;
  readOnly(message: string): void;
  refused(code: number, message: string): void;
}

export function createSaveTracker(): SaveTracker {
  const state = createStore<SaveState>({ type: "connecting" });
  let dirty = false;
  let connected = false;
  let sent = 0;
  let acknowledged = 0;
  // the answer to the server's first message carries all it lacks: before it has gone out, counts that agree prove nothing
  let caughtUp = false;

  const settle = () => {
    const { type } = state.current();
    if (type === "refused" || type === "read-only") return;
    if (!connected) return void (type !== "connecting" && state.set({ type: "offline", unsaved: dirty }));
    if (caughtUp && acknowledged >= sent) dirty = false;
    if (caughtUp || dirty) state.set({ type: dirty ? "saving" : "saved" });
  };
  return {
    state,
    hasUnsaved: () => dirty,
    edited: () => {
      dirty = true;
      const { type } = state.current();
      if (type === "saved") state.set({ type: "saving" });
      else if (type === "offline") state.set({ type, unsaved: true });
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
      if (kind === messageYjsSyncStep2) caughtUp = true;
      settle();
    },
    acknowledged: (count) => {
      acknowledged = count;
      settle();
    },
    disconnected: () => {
      connected = false;
      if (state.current().type !== "refused" && state.current().type !== "read-only") state.set({ type: "offline", unsaved: dirty });
    },
    readOnly: (message) => state.set({ type: "read-only", message }),
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
