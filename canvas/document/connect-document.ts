import * as decoding from "lib0/decoding";
import type { Awareness } from "y-protocols/awareness";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { catalog } from "#nodes/catalog.data.ts";
import { type LayoutOf, ROOTS } from "#runtime/graph/document.ts";
import { createEdits, type Edits } from "#runtime/graph/edits.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import { type GraphObserver, observeGraph } from "#runtime/graph/observe.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import { documentNoticeSchema, SYNC_CLOSE, SYNC_MESSAGES } from "#server/contract/document-sync.ts";
import { tellRefusal } from "../api/refusals.ts";
import { countingSocket } from "./counting-socket.ts";
import { createSaveTracker, type SaveState } from "./save-tracker.ts";
import { createStore, type Store } from "./store.ts";
import { OwnUndo } from "./undo.ts";

/** Edits of one person closer together than this are one step of undo. */
const CAPTURE_MS = 400;
const MAX_BACKOFF_MS = 5_000;

/** A graph's draft, open in this window. */
export interface OpenDocument {
  readonly id: GraphId;
  readonly graph: GraphObserver;
  readonly edits: Edits;
  /** Takes back and restores edits made here, never those of others. */
  readonly undo: Y.UndoManager;
  readonly awareness: Awareness;
  readonly saveState: Pick<Store<SaveState>, "current" | "subscribe">;
  /** Whether the draft has arrived; until then the graph is empty. */
  readonly loaded: Pick<Store<boolean>, "current" | "subscribe">;
  hasUnsaved(): boolean;
  close(): void;
}

/** Lays config fields out as their hints say. */
export const layoutOf: LayoutOf = (type, field) => {
  const definition = catalog.get(type);
  return (definition && fieldHint(definition, field).layout) ?? "value";
};

/** Opens a graph's draft and keeps it in step with the server until it is closed. */
export function connectDocument(id: GraphId, server = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/graphs`): OpenDocument {
  const doc = new Y.Doc();
  const tracker = createSaveTracker();
  const loaded = createStore(false);
  const origin = { editor: doc.clientID };
  const provider = new WebsocketProvider(server, id, doc, {
    connect: false,
    disableBc: true,
    params: { acks: "1" },
    maxBackoffTime: MAX_BACKOFF_MS,
    WebSocketPolyfill: countingSocket(tracker),
  });
  provider.messageHandlers[SYNC_MESSAGES.ack] = (_encoder, decoder) => tracker.acknowledged(decoding.readVarUint(decoder));
  provider.messageHandlers[SYNC_MESSAGES.notice] = (_encoder, decoder) => {
    const notice = documentNoticeSchema.safeParse(JSON.parse(decoding.readVarString(decoder)));
    if (notice.success) tracker.readOnly(notice.data.message);
  };
  provider.on("sync", (synced) => synced && loaded.set(true));
  provider.on("connection-close", (event) => {
    tracker.disconnected();
    // the server also ends connections of those who may do more or less from now on
    if (event?.code === SYNC_CLOSE.shuttingDown) tellRefusal();
  });
  provider.on("closed", ({ code, reason }) => tracker.refused(code, reason));
  doc.on("update", (_update: Uint8Array, from: unknown) => from !== provider && tracker.edited());
  const undo = new OwnUndo(
    ROOTS.map((root) => doc.getMap(root)),
    { trackedOrigins: new Set([origin]), captureTimeout: CAPTURE_MS },
  );
  const graph = observeGraph(doc);
  provider.connect();
  return {
    id,
    graph,
    edits: createEdits(doc, { origin, layoutOf }),
    undo,
    awareness: provider.awareness,
    saveState: tracker.state,
    loaded,
    hasUnsaved: tracker.hasUnsaved,
    close: () => {
      graph.destroy();
      undo.destroy();
      provider.destroy();
      doc.destroy();
    },
  };
}
