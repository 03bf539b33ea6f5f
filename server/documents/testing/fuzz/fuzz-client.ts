import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as sync from "y-protocols/sync";
import * as Y from "yjs";
import { ROOTS } from "#runtime/graph/document.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import { type GraphObserver, observeGraph } from "#runtime/graph/observe.ts";
import "#runtime/graph/reachable-origins.ts";
import { createRandomEditor, randomLayout } from "#runtime/testing/random-edits.ts";
import { SYNC_MESSAGES } from "../../../contract/document-sync.ts";

const REMOTE = "remote";

/** Somebody with a copy of the document: edits, takes back, and speaks the protocol of a stock client. */
export interface FuzzClient {
  readonly name: string;
  readonly doc: Y.Doc;
  readonly observer: GraphObserver;
  /** Makes one random change; answers what it was. */
  act(): string;
  /** The connection is there: what is to be said goes to `send` from now on. */
  connect(send: (message: Uint8Array) => void): void;
  disconnect(): void;
  /** Something was said by the server; answers the count it acknowledged, if it was that. */
  receive(message: Uint8Array): number | undefined;
}

export function createFuzzClient({ index, random }: { index: number; random: () => number }): FuzzClient {
  const name = `c${index}`;
  const doc = new Y.Doc();
  // decides who wins where two write at once: it must be the same each time
  doc.clientID = 1_000 + index;
  const origin = { name };
  const edit = createRandomEditor({ doc, edits: createEdits(doc, { origin, layoutOf: randomLayout }), random, name });
  const undo = new Y.UndoManager(
    ROOTS.map((root) => doc.getMap(root)),
    // steps end by chance, not by the clock
    { trackedOrigins: new Set([origin]), captureTimeout: Number.MAX_SAFE_INTEGER },
  );
  let send: ((message: Uint8Array) => void) | undefined;
  doc.on("update", (update: Uint8Array, from: unknown) => {
    if (from !== REMOTE) send?.(message((encoder) => sync.writeUpdate(encoder, update)));
  });
  const takeBack = (step: "undo" | "redo") => {
    try {
      undo[step]();
    } catch {
      // as the canvas does: Yjs cannot take back everything that others have removed and restored
      undo.clear();
    }
    return step;
  };
  return {
    ...{ name, doc, observer: observeGraph(doc) },
    act: () => {
      const chance = random();
      if (chance < 0.1) return takeBack("undo");
      if (chance < 0.15) return takeBack("redo");
      if (chance < 0.7) undo.stopCapturing();
      return edit();
    },
    connect: (to) => {
      send = to;
      to(message((encoder) => sync.writeSyncStep1(encoder, doc)));
    },
    disconnect: () => {
      send = undefined;
    },
    receive: (bytes) => {
      const decoder = decoding.createDecoder(bytes);
      const type = decoding.readVarUint(decoder);
      if (type === SYNC_MESSAGES.ack) return decoding.readVarUint(decoder);
      if (type !== SYNC_MESSAGES.sync) return undefined;
      const answer = encoding.createEncoder();
      encoding.writeVarUint(answer, SYNC_MESSAGES.sync);
      sync.readSyncMessage(decoder, answer, doc, REMOTE);
      if (encoding.length(answer) > 1) send?.(encoding.toUint8Array(answer));
      return undefined;
    },
  };
}

function message(write: (encoder: encoding.Encoder) => void): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC_MESSAGES.sync);
  write(encoder);
  return encoding.toUint8Array(encoder);
}
