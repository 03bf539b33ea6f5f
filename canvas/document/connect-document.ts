import * as decoding from "lib0/decoding";
import { toast } from "sonner";
import type { Awareness } from "y-protocols/awareness";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { catalog } from "#nodes/catalog.data.ts";
import { type LayoutOf, ROOTS } from "#runtime/graph/document.ts";
import { createEdits, type Edits } from "#runtime/graph/edits.ts";
import { guardedEdits } from "#runtime/graph/guarded-edits.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import { type GraphObserver, observeGraph } from "#runtime/graph/observe.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import { documentNoticeSchema, SYNC_CLOSE, SYNC_MESSAGES } from "#server/contract/document-sync.ts";
import { tellRefusal } from "../api/refusals.ts";
import { type KeptDraft, keepDraft, STORED } from "../offline/keep-draft.ts";
import { type LostEdits, watchLostEdits } from "../offline/lost-edits.ts";
import { onlyPeer } from "../offline/only-peer.ts";
import { countingSocket } from "./counting-socket.ts";
import { CHANGE_MS, createSaveTracker, type SaveState, type SaveTracker } from "./save-tracker.ts";
import { createStore, type Store } from "./store.ts";
import { OwnUndo } from "./undo.ts";

const MAX_BACKOFF_MS = 5_000;

/** A graph's draft, open in this window. */
export interface OpenDocument {
  readonly id: GraphId;
  readonly graph: GraphObserver;
  readonly edits: Edits;
  /** Takes back and restores edits made here, never those of others. */
  readonly undo: OwnUndo;
  readonly awareness: Awareness;
  readonly saveState: Pick<Store<SaveState>, "current" | "subscribe">;
  /** Whether the draft has arrived, or this browser had a copy of it; until then the graph is empty. */
  readonly loaded: Pick<Store<boolean>, "current" | "subscribe">;
  /** What others deleted while it was being changed here. */
  readonly losses: LostEdits;
  /** The copy in this browser. */
  readonly kept: Pick<KeptDraft, "isKept" | "forget">;
  /** Whether the server lacks edits made here. */
  hasUnsaved(): boolean;
  /** Whether edits would be lost if the page closed now. */
  wouldLose(): boolean;
  /** Goes online at once, instead of at the next attempt. */
  wake(): void;
  close(): void;
}

/** Lays config fields out as their hints say. */
export const layoutOf: LayoutOf = (type, field) => {
  const definition = catalog.get(type);
  return (definition && fieldHint(definition, field).layout) ?? "value";
};

export interface ConnectGiven {
  /** Whose edits these are: copies in the browser are kept apart by it. */
  person: string;
  server?: string;
}

const ownServer = () => `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/graphs`;

/** Opens a graph's draft and keeps it in step with the server and with the copy in this browser until it is closed. */
export function connectDocument(id: GraphId, { person, server = ownServer() }: ConnectGiven): OpenDocument {
  const doc = new Y.Doc();
  const tracker = createSaveTracker();
  const loaded = createStore(false);
  const origin = { editor: doc.clientID };
  const provider = new WebsocketProvider(server, id, doc, {
    connect: false,
    disableBc: true,
    // the server may close a connection that has become somebody else's: these edits are not theirs
    params: { acks: "1", person },
    maxBackoffTime: MAX_BACKOFF_MS,
    WebSocketPolyfill: countingSocket(tracker),
  });
  doc.on("update", (_update: Uint8Array, from: unknown) => from !== provider && from !== STORED && tracker.edited());
  const undo = new OwnUndo(
    ROOTS.map((root) => doc.getMap(root)),
    { trackedOrigins: new Set([origin]), captureTimeout: CHANGE_MS },
  );
  const graph = observeGraph(doc);
  const losses = watchLostEdits({
    doc,
    graph,
    isOwnPast: (from) => from === STORED,
    whoDeletes: () => (provider.synced ? onlyPeer(provider.awareness) : undefined),
  });
  const kept = keepDraft({ doc, id, person, graph, tracker, losses, isRemote: (from) => from === provider, onComplete: () => loaded.set(true) });
  listen(provider, { tracker, kept, onSync: () => loaded.set(true) });
  let isClosed = false;
  void kept.ready.then(() => isClosed || provider.connect());
  const wake = () => {
    if (!isClosed && provider.shouldConnect && !provider.wsconnected && !provider.wsconnecting) provider.connect();
  };
  return {
    id,
    graph,
    edits: guardedEdits(createEdits(doc, { origin, layoutOf }), { doc, onRefused: (reason) => toast.error(reason, { id: "draft-limit" }) }),
    undo,
    awareness: provider.awareness,
    saveState: tracker.state,
    loaded,
    losses,
    kept,
    hasUnsaved: tracker.hasUnsaved,
    wouldLose: () => tracker.hasUnsaved() && !(kept.isKept.current() === true && kept.isWritten()),
    wake,
    close: () => {
      isClosed = true;
      kept.destroy();
      losses.destroy();
      graph.destroy();
      undo.destroy();
      provider.destroy();
      doc.destroy();
    },
  };
}

/** What the server says about the draft, and about what was sent. */
function listen(provider: WebsocketProvider, { tracker, kept, onSync }: { tracker: SaveTracker; kept: KeptDraft; onSync: () => void }): void {
  let readOnly: string | undefined;
  provider.messageHandlers[SYNC_MESSAGES.ack] = (_encoder, decoder) => tracker.acknowledged(decoding.readVarUint(decoder));
  provider.messageHandlers[SYNC_MESSAGES.notice] = (_encoder, decoder) => {
    const notice = documentNoticeSchema.safeParse(JSON.parse(decoding.readVarString(decoder)));
    if (!notice.success) return;
    readOnly = notice.data.message;
    tracker.readOnly(readOnly);
    kept.readOnly(readOnly);
  };
  provider.on("sync", (synced) => {
    if (!synced) return;
    onSync();
    kept.complete(readOnly);
    void kept.refresh();
  });
  provider.on("connection-close", (event) => {
    tracker.disconnected();
    // the server also ends connections of those who may do more or less from now on
    if (event?.code === SYNC_CLOSE.shuttingDown) tellRefusal();
  });
  provider.on("closed", ({ code, reason }) => tracker.refused(code, reason));
}
