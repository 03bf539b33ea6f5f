import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as sync from "y-protocols/sync";
import * as Y from "yjs";
import { type DocumentNotice, SYNC_MESSAGES } from "../contract/document-sync.ts";

/** Bytes of a state vector: some ten thousand clients. Reading a larger one would hold everybody up. */
const STATE_VECTOR_BYTES = 256 * 1024;

/** What a client says on a document's socket. */
export type DocumentMessage =
  | { type: "step-1"; stateVector: Uint8Array }
  | { type: "step-2" | "update"; update: Uint8Array }
  | { type: "awareness"; update: Uint8Array }
  | { type: "query-awareness" };

/** Throws at bytes that are no message. */
export function readMessage(bytes: Uint8Array): DocumentMessage {
  const decoder = decoding.createDecoder(bytes);
  const type = decoding.readVarUint(decoder);
  if (type === SYNC_MESSAGES.queryAwareness) return { type: "query-awareness" };
  if (type === SYNC_MESSAGES.awareness) return { type: "awareness", update: decoding.readVarUint8Array(decoder) };
  if (type !== SYNC_MESSAGES.sync) throw new TypeError(`There is no message type ${type}.`);
  const step = decoding.readVarUint(decoder);
  if (step === sync.messageYjsSyncStep1) {
    const stateVector = decoding.readVarUint8Array(decoder);
    if (stateVector.byteLength > STATE_VECTOR_BYTES) throw new TypeError("A state vector is too long.");
    return { type: "step-1", stateVector };
  }
  if (step !== sync.messageYjsSyncStep2 && step !== sync.messageYjsUpdate) throw new TypeError(`There is no sync step ${step}.`);
  return { type: step === sync.messageYjsUpdate ? "update" : "step-2", update: decoding.readVarUint8Array(decoder) };
}

export function writeStep1(doc: Y.Doc): Uint8Array {
  return write(SYNC_MESSAGES.sync, (encoder) => sync.writeSyncStep1(encoder, doc));
}

/** What a client with this state vector lacks. Throws at bytes that are no state vector. */
export function writeStep2(doc: Y.Doc, stateVector: Uint8Array): Uint8Array {
  const update = Y.encodeStateAsUpdate(doc, stateVector);
  return write(SYNC_MESSAGES.sync, (encoder) => {
    encoding.writeVarUint(encoder, sync.messageYjsSyncStep2);
    encoding.writeVarUint8Array(encoder, update);
  });
}

export function writeUpdate(update: Uint8Array): Uint8Array {
  return write(SYNC_MESSAGES.sync, (encoder) => sync.writeUpdate(encoder, update));
}

export function writeAwareness(update: Uint8Array): Uint8Array {
  return write(SYNC_MESSAGES.awareness, (encoder) => encoding.writeVarUint8Array(encoder, update));
}

/** An awareness message about nobody. The stock client gives a connection up after 30 s without any message. */
export const SIGN_OF_LIFE = writeAwareness(new Uint8Array([0]));

export function writeAck(count: number): Uint8Array {
  return write(SYNC_MESSAGES.ack, (encoder) => encoding.writeVarUint(encoder, count));
}

export function writeNotice(notice: DocumentNotice): Uint8Array {
  return write(SYNC_MESSAGES.notice, (encoder) => encoding.writeVarString(encoder, JSON.stringify(notice)));
}

function write(type: number, content: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  content(encoder);
  return encoding.toUint8Array(encoder);
}
