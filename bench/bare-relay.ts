// A program of its own: y-protocols over ws, and nothing else. Updates are applied and passed on, neither checked nor kept.
import { createServer } from "node:http";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { readSyncMessage, writeSyncStep1, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";

const SYNC = 0;
const doc = new Y.Doc();
const server = createServer((_request, response) => void response.end("{}"));
const sockets = new WebSocketServer({ server });

const message = (write: (encoder: encoding.Encoder) => void): Uint8Array => {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  write(encoder);
  return encoding.toUint8Array(encoder);
};
const tellOthers = (bytes: Uint8Array, from: unknown) => {
  for (const socket of sockets.clients) if (socket !== from) socket.send(bytes);
};
doc.on("update", (update: Uint8Array, from: unknown) =>
  tellOthers(
    message((encoder) => writeUpdate(encoder, update)),
    from,
  ),
);
sockets.on("connection", (socket: WebSocket) => {
  socket.on("message", (data: RawData) => {
    const bytes = new Uint8Array(data as Buffer);
    const decoder = decoding.createDecoder(bytes);
    if (decoding.readVarUint(decoder) !== SYNC) return tellOthers(bytes, socket);
    const answer = message((encoder) => void readSyncMessage(decoder, encoder, doc, socket));
    if (answer.byteLength > 1) socket.send(answer);
  });
  socket.send(message((encoder) => writeSyncStep1(encoder, doc)));
});
server.listen(Number(process.env.PORT), "127.0.0.1");
