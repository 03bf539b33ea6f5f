import * as Y from "yjs";
import { createEdits } from "#runtime/graph/edits.ts";
import { writeUpdate } from "../ws/document-messages.ts";
import type { Caller, ListeningSocket, TeamServer } from "./team-server.ts";

/** Somebody's socket to a graph, who may type whatever they are allowed. */
export interface DocumentEditor extends ListeningSocket {
  /** Sends an update that makes this the graph's description. */
  describe(description: string): void;
}

/** `of`: of whose process the document is read. */
export async function openEditor(team: TeamServer, caller: Caller, { graph, of = team }: { graph: string; of?: TeamServer }): Promise<DocumentEditor> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await of.server.services.documents.rooms.use(graph, (room) => Y.encodeStateAsUpdate(room.doc)));
  const listening = of.connect(caller, `/ws/graphs/${graph}?acks=1`);
  doc.on("update", (update: Uint8Array) => {
    if (listening.socket.readyState === listening.socket.OPEN) listening.socket.send(writeUpdate(update));
  });
  const edits = createEdits(doc, { origin: "test", layoutOf: () => "value" });
  await Promise.race([listening.opened, listening.closed]);
  return { ...listening, describe: edits.describe };
}
