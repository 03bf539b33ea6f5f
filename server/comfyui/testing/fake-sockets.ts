import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { fakePicture } from "./fake-picture.ts";

interface Message {
  type: string;
  data: unknown;
}

/** The sockets of the fake, by client id. */
export interface FakeSockets {
  /** To one client, or to all. */
  send(clientId: string | undefined, message: Message): void;
  sendPreview(clientId: string | undefined, of: { node: string; prompt: string }): void;
  /** `greet`: what a client is told to begin with. */
  accept(upgrade: { request: IncomingMessage; socket: Duplex; head: Buffer }, greet: (clientId: string) => Message[]): void;
  clientIds(): string[];
  drop(): void;
}

export function createFakeSockets(faults: { readonly isDeaf: boolean }): FakeSockets {
  const upgrades = new WebSocketServer({ noServer: true });
  const clients = new Map<string, { socket: WebSocket; wantsMetadata: boolean }>();
  const all = new Set<WebSocket>();
  return {
    send: (clientId, message) => {
      if (faults.isDeaf) return;
      const text = JSON.stringify(message);
      if (clientId === undefined) for (const socket of all) socket.send(text);
      else clients.get(clientId)?.socket.send(text);
    },
    sendPreview: (clientId, of) => {
      const client = clientId === undefined ? undefined : clients.get(clientId);
      if (client && !faults.isDeaf) client.socket.send(previewFrame(of, client.wantsMetadata));
    },
    accept: ({ request, socket, head }, greet) =>
      upgrades.handleUpgrade(request, socket, head, (opened) => {
        const clientId = new URL(request.url ?? "", "http://fake").searchParams.get("clientId") ?? "made-by-the-server";
        clients.set(clientId, { socket: opened, wantsMetadata: false });
        all.add(opened);
        opened.on("message", (data) => {
          const message = JSON.parse(String(data)) as { type: string; data?: { supports_preview_metadata?: boolean } };
          if (message.type === "feature_flags" && message.data?.supports_preview_metadata === true)
            clients.set(clientId, { socket: opened, wantsMetadata: true });
        });
        opened.on("error", () => undefined);
        // whichever of two closes takes the id with it
        opened.on("close", () => {
          all.delete(opened);
          clients.delete(clientId);
        });
        for (const message of greet(clientId)) opened.send(JSON.stringify(message));
      }),
    clientIds: () => [...clients.keys()],
    drop: () => {
      for (const socket of all) socket.terminate();
    },
  };
}

/** Of type 4 with its metadata, or of type 1 (a picture, as PNG) without. */
function previewFrame({ node, prompt }: { node: string; prompt: string }, hasMetadata: boolean): Buffer {
  const image = fakePicture("8899aa");
  const head = Buffer.alloc(8);
  if (!hasMetadata) {
    head.writeUInt32BE(1, 0);
    head.writeUInt32BE(2, 4);
    return Buffer.concat([head, image]);
  }
  const metadata = Buffer.from(JSON.stringify({ node_id: node, prompt_id: prompt, display_node_id: node, image_type: "image/png" }));
  head.writeUInt32BE(4, 0);
  head.writeUInt32BE(metadata.length, 4);
  return Buffer.concat([head, metadata, image]);
}
