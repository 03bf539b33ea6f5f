import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { type RawData, WebSocket } from "ws";
import { messageYjsSyncStep1, readSyncMessage, writeSyncStep1, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";
import { createEdits, type Edits } from "#runtime/graph/edits.ts";
import { SYNC_MESSAGES } from "#server/contract/document-sync.ts";

/** One window with the document open. It speaks of itself only: what it hears of others it does not say again. */
export interface BenchEditor {
  readonly doc: Y.Doc;
  readonly edits: Edits;
  /** Document messages that the server has not acknowledged; a bare server acknowledges none. */
  unacknowledged(): number;
  /** Messages about others that came. */
  presenceHeard(): number;
  point(x: number, y: number): void;
  close(): void;
}

export interface BenchEditorGiven {
  /** Of the websocket. */
  url: string;
  name: string;
  /** An update is in the document: up to which clock of which clients it went. */
  onSeen: (client: number, clock: number) => void;
}

/** Resolves when the document has come. */
export async function openEditor({ url, name, onSeen }: BenchEditorGiven): Promise<BenchEditor> {
  const doc = new Y.Doc();
  const socket = new WebSocket(url);
  socket.binaryType = "nodebuffer";
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  let [sent, acknowledged, heard, clock] = [0, 0, 0, 0];
  const say = (write: (encoder: encoding.Encoder) => void) => {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, SYNC_MESSAGES.sync);
    write(encoder);
    // an answer may be to say nothing
    if (encoding.length(encoder) === 1) return false;
    socket.send(encoding.toUint8Array(encoder));
    return true;
  };
  doc.on("update", (update: Uint8Array, from: unknown) => {
    if (from === socket) return;
    sent += 1;
    say((encoder) => writeUpdate(encoder, update));
  });
  const synced = new Promise<void>((resolve) => {
    socket.on("message", (data: RawData) => {
      const decoder = decoding.createDecoder(new Uint8Array(data as Buffer));
      const type = decoding.readVarUint(decoder);
      if (type === SYNC_MESSAGES.ack) acknowledged = decoding.readVarUint(decoder);
      else if (type === SYNC_MESSAGES.awareness) heard += 1;
      if (type !== SYNC_MESSAGES.sync) return;
      const rest = decoder.arr.subarray(decoder.pos);
      const answered = say((encoder) => {
        if (readSyncMessage(decoder, encoder, doc, socket) !== messageYjsSyncStep1) resolve();
      });
      if (answered) sent += 1;
      else for (const [client, end] of Y.parseUpdateMeta(updateIn(rest)).to) onSeen(client, end);
    });
  });
  say((encoder) => writeSyncStep1(encoder, doc));
  await synced;
  return {
    doc,
    edits: createEdits(doc, { origin: name, layoutOf: (_type, field) => (field === "template" ? "text" : "value") }),
    unacknowledged: () => sent - acknowledged,
    presenceHeard: () => heard,
    point: (x, y) => {
      clock += 1;
      socket.send(presenceOf({ client: doc.clientID, clock, state: { user: { name, colour: "#7a4de8" }, cursor: { x, y }, selected: [] } }));
    },
    close: () => {
      socket.terminate();
      doc.destroy();
    },
  };
}

/** Of a sync message: the kind, then the update. */
function updateIn(message: Uint8Array): Uint8Array {
  const decoder = decoding.createDecoder(message);
  decoding.readVarUint(decoder);
  return decoding.readVarUint8Array(decoder);
}

function presenceOf({ client, clock, state }: { client: number; clock: number; state: object }): Uint8Array {
  const entry = encoding.createEncoder();
  for (const value of [1, client, clock]) encoding.writeVarUint(entry, value);
  encoding.writeVarString(entry, JSON.stringify(state));
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC_MESSAGES.awareness);
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(entry));
  return encoding.toUint8Array(encoder);
}
