import { createDecoder } from "lib0/decoding";
import { createEncoder, length, toUint8Array } from "lib0/encoding";
import { readSyncMessage, writeUpdate } from "y-protocols/sync";
import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import { createId } from "#runtime/graph/ids.ts";
import { writeGraph } from "#runtime/graph/write-graph.ts";
import { createDocumentChecker } from "#server/documents/document-checker.ts";
import type { RoomMember } from "#server/documents/document-room.ts";
import { createDocumentRooms } from "#server/documents/document-rooms.ts";
import { createUpdateCommitter } from "#server/documents/update-committer.ts";
import { silentLogger } from "#server/logger.ts";
import type { Database } from "#server/store/database/open-database.ts";
import { createDocumentUpdateStore } from "#server/store/document-updates.ts";
import { createDocumentStore } from "#server/store/documents.ts";
import { WORKSPACE } from "./bench-engine.ts";
import { benchDatabases } from "./databases.ts";
import { type Benchmark, type Figure, figure, time } from "./figure.ts";
import { benchNodeId, chain } from "./graphs.ts";

const MEMBERS = 10;

/** One person's update on its way to nine others: checked in the shadow, committed, applied, passed on; and without the first two. */
export const yjsUpdate: Benchmark = {
  name: "yjs-update",
  run: async ({ small }) => {
    const count = small ? 5 : 500;
    const recorded = record(small ? 10 : 200, count);
    const figures: Record<string, Figure> = {};
    for (let warm = 0; warm < (small ? 1 : 5); warm++) passOn(recorded);
    for (const { database, nameOf } of await benchDatabases()) {
      const reference = (await time(() => passOn(recorded))) / count;
      figures[nameOf("yjs-update")] = figure({
        value: (await throughRoom(database, recorded)) / count,
        unit: "ms",
        reference,
        against: "y-protocols: read, apply, write for nine others",
      });
    }
    return figures;
  },
};

interface Recorded {
  /** The document before the updates. */
  start: Uint8Array;
  updates: readonly Uint8Array[];
}

/** Somebody drops one node after the other elsewhere. */
function record(nodes: number, count: number): Recorded {
  const doc = new Y.Doc();
  const document = graphDocument(doc);
  doc.transact(() => writeGraph(document, chain(nodes), () => "value"));
  const start = Y.encodeStateAsUpdate(doc);
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  for (let index = 0; index < count; index++) document.nodes.get(benchNodeId(index % nodes))?.set("position", { x: index, y: index });
  doc.destroy();
  return { start, updates };
}

/** Each update after the one before it is acknowledged: the latency one person sees. */
async function throughRoom(database: Database, { start, updates }: Recorded): Promise<number> {
  const onProblem = (error: unknown) => {
    throw error;
  };
  const documents = createDocumentStore(database);
  const store = createDocumentUpdateStore(database);
  const committer = createUpdateCommitter({ store, onProblem });
  const rooms = createDocumentRooms({ documents, updates: store, checker: createDocumentChecker(), committer, logger: silentLogger });
  const id = createId("graph");
  await documents.create({ id, workspace: WORKSPACE, kind: "graph", name: "Bench", description: "", actor: "bench", update: start });
  let told = 0;
  const members = Array.from(
    { length: MEMBERS },
    (): RoomMember => ({
      actor: "bench",
      onUpdate: () => {
        told += 1;
      },
      onPresence: () => undefined,
      onDismiss: () => undefined,
    }),
  );
  for (const member of members) await rooms.join(id, member);
  const [from] = members;
  const took = await rooms.use(id, async (room) => {
    const submit = async (update: Uint8Array) => {
      const outcome = await room.submit({ update, actor: "bench", ...(from && { from }) });
      if (outcome.type !== "saved") throw new Error(`An update ended as ${outcome.type}.`);
    };
    const [first, ...rest] = updates;
    if (first) await submit(first);
    return time(async () => {
      for (const update of rest) await submit(update);
    });
  });
  await rooms.close();
  if (told !== updates.length * (MEMBERS - 1)) throw new Error(`${told} updates were passed on.`);
  return took;
}

function passOn({ start, updates }: Recorded): void {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, start);
  let bytes = 0;
  doc.on("update", (update: Uint8Array) => {
    for (let member = 1; member < MEMBERS; member++) {
      const encoder = createEncoder();
      writeUpdate(encoder, update);
      bytes += length(encoder);
    }
  });
  for (const update of updates) {
    const message = createEncoder();
    writeUpdate(message, update);
    readSyncMessage(createDecoder(toUint8Array(message)), createEncoder(), doc, "bench");
  }
  if (bytes === 0) throw new Error("Nothing was passed on.");
  doc.destroy();
}
