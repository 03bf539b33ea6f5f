import type { AddressInfo } from "node:net";
import * as decoding from "lib0/decoding";
import { WebSocket, WebSocketServer } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { SYNC_MESSAGES } from "../../contract/document-sync.ts";
import type { Documents } from "../../documents/documents.ts";
import type { SeenAs } from "../../documents/seen-as.ts";
import { attachDocumentSocket } from "../document-socket.ts";

/** A websocket server for documents and nothing else, and clients of it. For tests. */
export interface DocumentServer {
  /** A stock y-websocket client. */
  connect(document: string, given?: { doc?: Y.Doc; params?: Record<string, string> }): Promise<{ doc: Y.Doc; provider: WebsocketProvider }>;
  /** A bare connection that keeps what it is told. */
  connectBare(document: string, given?: { query?: string }): Promise<BareClient>;
  /** Ends all clients, for good. */
  disconnectAll(): void;
  close(): Promise<void>;
}

export interface BareClient {
  socket: WebSocket;
  send(bytes: Uint8Array): void;
  /** Message types in the order they came. */
  types(): number[];
  acks(): number[];
  notices(): string[];
  closed: Promise<{ code: number; reason: string }>;
}

export async function startDocumentServer(documents: Documents): Promise<DocumentServer> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, maxPayload: 12 * 1024 * 1024 + 1024, perMessageDeflate: false });
  server.on("connection", (socket, request) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const query = url.searchParams;
    attachDocumentSocket({
      socket,
      documentId: url.pathname.slice(1),
      acks: query.get("acks") === "1",
      readOnly: query.get("read-only") === "1",
      rooms: documents.rooms,
      actor: query.get("actor") ?? "me",
      seenAs: seenAs(query),
    });
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const providers: WebsocketProvider[] = [];
  const disconnectAll = () => {
    for (const provider of providers.splice(0)) provider.destroy();
    for (const client of server.clients) client.terminate();
  };
  return {
    connect: async (document, { doc = new Y.Doc(), params = {} } = {}) => {
      const provider = new WebsocketProvider(address, document, doc, {
        WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
        disableBc: true,
        params,
      });
      providers.push(provider);
      if (!provider.synced) await new Promise<void>((resolve) => provider.once("sync", () => resolve()));
      return { doc, provider };
    },
    connectBare: async (document, { query = "acks=1" } = {}) => connectBare(`${address}/${document}?${query}`),
    disconnectAll,
    close: async () => {
      disconnectAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `name`: of an account; `guest`: without one. */
function seenAs(query: URLSearchParams): SeenAs | undefined {
  const [id, name] = [query.get("actor") ?? "me", query.get("name")];
  return name === null && !query.has("guest") ? undefined : { id, name: name ?? "Guest", isGuest: query.has("guest") };
}

async function connectBare(address: string): Promise<BareClient> {
  const socket = new WebSocket(address);
  const messages: Uint8Array[] = [];
  socket.on("message", (data: Buffer) => messages.push(Uint8Array.from(data)));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: reason.toString("utf8") }));
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const ofType = <T>(type: number, read: (decoder: decoding.Decoder) => T): T[] =>
    messages.flatMap((message) => {
      const decoder = decoding.createDecoder(message);
      return decoding.readVarUint(decoder) === type ? [read(decoder)] : [];
    });
  return {
    socket,
    send: (bytes) => socket.send(bytes),
    types: () => messages.map((message) => message[0] ?? -1),
    acks: () => ofType(SYNC_MESSAGES.ack, decoding.readVarUint),
    notices: () => ofType(SYNC_MESSAGES.notice, decoding.readVarString),
    closed,
  };
}
