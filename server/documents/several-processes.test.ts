import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { SYNC_CLOSE } from "../contract/document-sync.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { createBullQueue } from "../queue/bull-queue.ts";
import { type CutWire, forgetKeys, redisForTests, wireTo } from "../queue/test-redis.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { postgresForTests } from "../store/database/test-database.ts";
import { createDocumentUpdateStore } from "../store/document-updates.ts";
import { type DocumentServer, startDocumentServer } from "../ws/testing/document-server.ts";
import type { Documents } from "./documents.ts";
import { graphOf, openDocuments, textLayout, textNode } from "./testing/sample-documents.ts";

const postgres = await postgresForTests();
const redis = await redisForTests();
afterAll(() => postgres?.drop());

const A = "node_a" as NodeId;
const graphIn = (doc: Y.Doc) => readGraph(graphDocument(doc));
const editsOf = (doc: Y.Doc) => createEdits(doc, { origin: "me", layoutOf: textLayout });
const eventually = <T>(check: () => T | Promise<T>, timeout = 12_000) => vi.waitFor(check, { timeout, interval: 20 });

/** What one web process has of documents. */
interface Web {
  database: Database;
  documents: Documents;
  server: DocumentServer;
  wire: CutWire | undefined;
  close(): Promise<void>;
}

const complaints: string[] = [];
const logger: Logger = { ...silentLogger, error: (_details, message) => complaints.push(message) };

async function openWeb(prefix: string | undefined): Promise<Web> {
  const database = await openDatabase({ url: postgres?.url ?? "" });
  const wire = prefix === undefined ? undefined : await wireTo(redis ?? "");
  const queue = wire && createBullQueue({ url: wire.url, logger: silentLogger, prefix: prefix ?? "" });
  const documents = openDocuments(database, { fanout: queue?.fanout, logger });
  const server = await startDocumentServer(documents);
  return {
    ...{ database, documents, server, wire },
    close: async () => {
      await server.close();
      await documents.close();
      await queue?.close();
      await wire?.close();
      await database.close();
    },
  };
}

const kinds = [...(postgres ? ["Postgres alone"] : []), ...(postgres && redis ? ["Postgres and Redis"] : [])];

describe.each(kinds)("two web processes on %s", (kind) => {
  const isTold = kind !== "Postgres alone";
  const prefix = `heddle-test-${randomUUID()}`;
  let webs: [Web, Web];
  let id: GraphId;

  beforeAll(async () => {
    webs = [await openWeb(isTold ? prefix : undefined), await openWeb(isTold ? prefix : undefined)];
  });
  beforeEach(async () => {
    complaints.length = 0;
    ({ id } = await webs[0].documents.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a", { text: "hello" })), actor: "me" }));
  });
  afterEach(() => {
    for (const { server } of webs) server.disconnectAll();
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await Promise.all(webs.map((web) => web.close()));
    if (isTold) await forgetKeys(redis ?? "", prefix);
  });

  const connectBoth = () => Promise.all([webs[0].server.connect(id), webs[1].server.connect(id)]);
  const liveStates = () => Promise.all(webs.map(({ documents }) => documents.rooms.use(id, (room) => Y.encodeStateAsUpdate(room.doc))));
  const stored = async () => {
    const doc = new Y.Doc();
    for (const part of (await createDocumentUpdateStore(webs[0].database).load(id)).parts) Y.applyUpdate(doc, part);
    return doc;
  };

  it("show each other's edits, whoever writes how fast, and store one document", async () => {
    const [one, two] = await connectBoth();
    for (let index = 0; index < 60; index++) {
      editsOf(one.doc).add([textNode(`one${index}`)]);
      editsOf(two.doc).add([textNode(`two${index}`)]);
      editsOf(two.doc).setField(A, "text", `hello ${"x".repeat(index)}`);
      editsOf(one.doc).addRecord(A, "list", { id: `r${index}`, name: "n" });
      if (index % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await eventually(() => expect(graphIn(one.doc).nodes).toHaveLength(121));
    await eventually(() => expect(graphIn(two.doc)).toEqual(graphIn(one.doc)));
    await eventually(async () => expect(graphIn(await stored())).toEqual(graphIn(one.doc)));
    const [left, right] = await liveStates();
    expect(left).toEqual(right);
    expect(Y.encodeStateAsUpdate(await stored())).toEqual(left);
  });

  it("take edits that build on those of the other", async () => {
    const [one, two] = await connectBoth();
    for (let round = 0; round < 8; round++) {
      const [from, to] = round % 2 === 0 ? [one, two] : [two, one];
      editsOf(from.doc).setField(A, "text", `${graphIn(from.doc).nodes[0]?.config.text} ${round}`);
      await eventually(() => expect(graphIn(to.doc)).toEqual(graphIn(from.doc)));
    }
    expect(graphIn(one.doc).nodes[0]?.config.text).toBe("hello 0 1 2 3 4 5 6 7");
    for (const { provider } of [one, two]) expect(provider.wsconnected).toBe(true);
  });

  it("acknowledge nothing that is not stored, and everything in the end", async () => {
    const clients = await Promise.all(webs.map(({ server }) => server.connectBare(id)));
    const docs = await Promise.all(
      (await liveStates()).map(async (state) => {
        const doc = new Y.Doc();
        Y.applyUpdate(doc, state);
        return doc;
      }),
    );
    const sent = [0, 0];
    for (const [index, doc] of docs.entries()) {
      doc.on("update", (update: Uint8Array) => {
        sent[index] = (sent[index] ?? 0) + 1;
        clients[index]?.send(Uint8Array.from([0, 2, ...varBytes(update)]));
      });
    }
    for (let round = 0; round < 40; round++) for (const [index, doc] of docs.entries()) editsOf(doc).add([textNode(`${index}n${round}`)]);
    await eventually(async () => {
      const acknowledged = clients.map((client) => client.acks().at(-1) ?? 0);
      const nodes = graphIn(await stored()).nodes.map((node) => node.id);
      for (const [index, count] of acknowledged.entries()) {
        for (let round = 0; round < count; round++) expect(nodes).toContain(`node_${index}n${round}`);
      }
      expect(acknowledged).toEqual(sent);
    });
  });

  it("see live what the other changes for a script, and read what it has stored", async () => {
    const [first, second] = webs;
    const { doc } = await second.server.connect(id);
    await first.documents.rename(id, { name: "Renamed there" }, "script");
    // a reader is never behind, told or not
    expect((await second.documents.readDraft(id)).name).toBe("Renamed there");
    await eventually(() => expect(graphIn(doc).name).toBe("Renamed there"));
    await second.documents.replaceDraft(id, { ...graphOf(textNode("b")), name: "Replaced here" }, "script");
    expect(await first.documents.readDraft(id)).toMatchObject({ name: "Replaced here", nodes: [{ id: "node_b" }] });
    await first.documents.restoreRevision(id, 1, "script");
    await eventually(() => expect(graphIn(doc)).toMatchObject({ name: "Renamed there", nodes: [{ id: "node_a" }] }));
  });

  it("pass on what is large, and what a snapshot has swallowed meanwhile", async () => {
    const [one, two] = await connectBoth();
    editsOf(one.doc).setField(A, "text", "y".repeat(200_000));
    await eventually(() => expect(graphIn(two.doc)).toEqual(graphIn(one.doc)));
    const store = createDocumentUpdateStore(webs[0].database);
    const elsewhere = new Y.Doc();
    Y.applyUpdate(elsewhere, Y.encodeStateAsUpdate(one.doc));
    const made: Uint8Array[] = [];
    elsewhere.on("update", (update: Uint8Array) => made.push(update));
    for (let index = 0; index < 20; index++) editsOf(elsewhere).add([textNode(`s${index}`)]);
    const numbers = await store.append(made.map((update) => ({ document: id, update, actor: "a third process" })));
    await store.snapshot(id, numbers[9] ?? 0, Y.encodeStateAsUpdate(elsewhere));
    await eventually(() => expect(graphIn(two.doc).nodes).toHaveLength(21));
    editsOf(two.doc).rename("Afterwards");
    await eventually(() => expect(graphIn(one.doc)).toEqual(graphIn(two.doc)));
    await eventually(async () => expect(graphIn(await stored())).toEqual(graphIn(two.doc)));
  });

  it("both send everybody away when it is archived", async () => {
    const [there, here] = await Promise.all([webs[1].server.connectBare(id), webs[0].server.connectBare(id)]);
    await eventually(() => expect(Math.min(there.types().length, here.types().length)).toBeGreaterThan(0));
    await webs[0].documents.archive(id);
    expect([(await there.closed).code, (await here.closed).code]).toEqual([SYNC_CLOSE.archived, SYNC_CLOSE.archived]);
  });

  describe.runIf(isTold)("with Redis", () => {
    it("show who is there to each other, to newcomers, and that somebody left", async () => {
      const [one, two] = await connectBoth();
      one.provider.awareness.setLocalState({ user: { name: "One" } });
      const seenBy = ({ provider }: typeof one) => provider.awareness.getStates().get(one.doc.clientID);
      await eventually(() => expect(seenBy(two)).toEqual({ user: { name: "One" } }));
      one.provider.awareness.setLocalStateField("cursor", { x: 1, y: 2 });
      await eventually(() => expect(seenBy(two)).toMatchObject({ cursor: { x: 1, y: 2 } }));
      const late = await webs[1].server.connect(id);
      await eventually(() => expect(seenBy(late)).toMatchObject({ user: { name: "One" } }));
      one.provider.disconnect();
      await eventually(() => expect([seenBy(two), seenBy(late)]).toEqual([undefined, undefined]), 3_000);
    });

    it("know who was there before the room was opened", async () => {
      const one = await webs[0].server.connect(id);
      one.provider.awareness.setLocalState({ user: { name: "One" } });
      await new Promise((resolve) => setTimeout(resolve, 100));
      const two = await webs[1].server.connect(id);
      await eventually(() => expect(two.provider.awareness.getStates().get(one.doc.clientID)).toEqual({ user: { name: "One" } }));
    });

    it("keep a client that comes back through the other process", async () => {
      const [one, two] = await connectBoth();
      one.provider.awareness.setLocalState({ user: { name: "One" } });
      await eventually(() => expect(two.provider.awareness.getStates().has(one.doc.clientID)).toBe(true));
      const again = await webs[1].server.connect(id, { doc: one.doc });
      again.provider.awareness.setLocalState({ user: { name: "Again" } });
      again.provider.awareness.setLocalState({ user: { name: "Again" } });
      await eventually(() => expect(two.provider.awareness.getStates().get(one.doc.clientID)).toEqual({ user: { name: "Again" } }));
      const gone = new Promise((resolve) => one.provider.ws?.addEventListener("close", resolve));
      one.provider.destroy();
      await gone;
      // what its process said of its going is told before this
      const last = await webs[0].server.connect(id);
      last.provider.awareness.setLocalState({ user: { name: "Last" } });
      await eventually(() => expect(two.provider.awareness.getStates().has(last.doc.clientID)).toBe(true));
      expect(two.provider.awareness.getStates().get(one.doc.clientID)).toEqual({ user: { name: "Again" } });
    });

    it("nobody speaks for a client of somebody else in the other process", async () => {
      const [one, two] = await connectBoth();
      one.provider.awareness.setLocalState({ user: { name: "One" } });
      const seen = () => two.provider.awareness.getStates().get(one.doc.clientID);
      await eventually(() => expect(seen()).toEqual({ user: { name: "One" } }));
      const impostor = await webs[1].server.connectBare(id, { query: "actor=mallory" });
      const state = Buffer.from(JSON.stringify({ user: { name: "Mallory" } }));
      const OWN = 5;
      for (const client of [one.doc.clientID, OWN]) {
        const entry = [1, ...varUint(client), 100, state.length, ...state];
        impostor.send(Uint8Array.from([1, ...varBytes(Uint8Array.from(entry))]));
      }
      // what it says of itself comes after what it said of another
      for (const { provider } of [one, two]) await eventually(() => expect(provider.awareness.getStates().has(OWN)).toBe(true));
      expect(seen()).toEqual({ user: { name: "One" } });
    });

    it("go on through the database while Redis is away, and as before when it is back", async () => {
      const [one, two] = await connectBoth();
      one.provider.awareness.setLocalState({ user: { name: "One" } });
      editsOf(one.doc).rename("Before");
      await eventually(() => expect(graphIn(two.doc).name).toBe("Before"));
      for (const { wire } of webs) await wire?.cut();
      editsOf(one.doc).rename("Away");
      editsOf(one.doc).add([textNode("away")]);
      await eventually(() => expect(graphIn(two.doc)).toEqual(graphIn(one.doc)));
      expect(graphIn(two.doc).name).toBe("Away");
      // nothing is heard of the other process: those whom it serves may be gone
      await eventually(() => expect(two.provider.awareness.getStates().has(one.doc.clientID)).toBe(false), 15_000);
      for (const { wire } of webs) await wire?.mend();
      one.provider.awareness.setLocalState({ user: { name: "Back" } });
      await eventually(() => expect(two.provider.awareness.getStates().get(one.doc.clientID)).toEqual({ user: { name: "Back" } }));
      editsOf(two.doc).rename("After");
      // sooner than by a look at the database
      await eventually(() => expect(graphIn(one.doc).name).toBe("After"), 4_000);
    }, 60_000);
  });
});

function varUint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varUint(Math.floor(value / 128))];
}

function varBytes(bytes: Uint8Array): number[] {
  return [...varUint(bytes.byteLength), ...bytes];
}
