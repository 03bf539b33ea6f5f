import * as decoding from "lib0/decoding";
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { createEdits } from "#runtime/graph/edits.ts";
import { createRandomEditor, randomLayout } from "#runtime/testing/random-edits.ts";
import { SYNC_MESSAGES } from "#server/contract/document-sync.ts";
import { readMessage } from "#server/ws/document-messages.ts";

/** Somebody who edits a graph with the provider that the canvas uses, and knows which of the edits are acknowledged. */
export interface EditingClient {
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  /** Makes one random edit. */
  edit(): void;
  /** Everything of this client up to here is acknowledged, over all its connections. */
  durableClock(): number;
  /** Whether everything is. */
  isSaved(): boolean;
  connect(): void;
  disconnect(): void;
  close(): void;
}

export interface EditingClientGiven {
  /** Of the server, `http:`. */
  url: string;
  graph: string;
  name: string;
  random: () => number;
}

/** Not connected yet. */
export function createEditingClient({ url, graph, name, random }: EditingClientGiven): EditingClient {
  const doc = new Y.Doc();
  const edit = createRandomEditor({ doc, edits: createEdits(doc, { origin: name, layoutOf: randomLayout }), random, name });
  /** How far this client's own edits went with each document message of the present connection. */
  let sent: number[] = [];
  let durable = 0;
  const noteSent = (message: Uint8Array) => {
    const read = readMessage(message);
    if (read.type !== "step-2" && read.type !== "update") return;
    sent.push(Y.parseUpdateMeta(read.update).to.get(doc.clientID) ?? 0);
  };
  class NotingSocket extends WebSocket {
    constructor(address: string) {
      super(address);
      sent = [];
    }

    override send(data: unknown): void {
      if (data instanceof Uint8Array) noteSent(data);
      super.send(data as Uint8Array);
    }
  }
  const provider = new WebsocketProvider(`${url.replace(/^http/, "ws")}/ws/graphs`, graph, doc, {
    connect: false,
    disableBc: true,
    params: { acks: "1" },
    maxBackoffTime: 200,
    WebSocketPolyfill: NotingSocket as unknown as typeof globalThis.WebSocket,
  });
  provider.messageHandlers[SYNC_MESSAGES.ack] = (_encoder, decoder) => {
    durable = Math.max(durable, ...sent.slice(0, decoding.readVarUint(decoder)));
  };
  return {
    ...{ doc, provider, edit },
    durableClock: () => durable,
    isSaved: () => durable >= (Y.decodeStateVector(Y.encodeStateVector(doc)).get(doc.clientID) ?? 0),
    connect: () => provider.connect(),
    disconnect: () => provider.disconnect(),
    close: () => {
      provider.destroy();
      doc.destroy();
    },
  };
}

/** The document as the server has it, to somebody who comes fresh. */
export async function readFresh({ url, graph }: { url: string; graph: string }): Promise<Y.Doc> {
  const doc = new Y.Doc();
  const provider = new WebsocketProvider(`${url.replace(/^http/, "ws")}/ws/graphs`, graph, doc, {
    disableBc: true,
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  if (!provider.synced) await new Promise<void>((resolve) => provider.once("sync", () => resolve()));
  provider.destroy();
  return doc;
}
