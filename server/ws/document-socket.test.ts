import * as encoding from "lib0/encoding";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { SYNC_CLOSE } from "../contract/document-sync.ts";
import type { Documents } from "../documents/documents.ts";
import { malformedUpdates } from "../documents/testing/malformed-updates.ts";
import { graphOf, openDocuments, textLayout, textNode } from "../documents/testing/sample-documents.ts";
import type { Database } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { createDocumentUpdateStore } from "../store/document-updates.ts";
import { watchLoop } from "../testing/loop-watch.ts";
import { writeAwareness, writeStep1, writeUpdate } from "./document-messages.ts";
import { type DocumentServer, startDocumentServer } from "./testing/document-server.ts";

let database: Database;
let documents: Documents;
let server: DocumentServer;
let id: GraphId;

beforeAll(async () => {
  database = await createTestDatabase();
  documents = openDocuments(database);
  server = await startDocumentServer(documents);
});
beforeEach(async () => {
  ({ id } = await documents.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a", { text: "hello" })), actor: "me" }));
});
afterEach(() => server.disconnectAll());
afterAll(async () => {
  await server.close();
  await documents.close();
  await database.close();
});

/** Patient: other suites may keep the machine busy. */
const eventually = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 6_000, interval: 20 });
const editsOf = (doc: Y.Doc, origin: unknown = "me") => createEdits(doc, { origin, layoutOf: textLayout });
const graphIn = (doc: Y.Doc) => readGraph(graphDocument(doc));
const storedState = async (): Promise<Uint8Array> => {
  const doc = new Y.Doc();
  for (const part of (await createDocumentUpdateStore(database).load(id)).parts) Y.applyUpdate(doc, part);
  return Y.encodeStateAsUpdate(doc);
};
const liveState = () => documents.rooms.use(id, (room) => Y.encodeStateAsUpdate(room.doc));

/** A bare connection with a copy of the document, and the updates its edits make. */
async function connectEditor(given: { query?: string; to?: DocumentServer } = {}) {
  const { to = server, ...rest } = given;
  const client = await to.connectBare(id, rest);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await liveState());
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  return { ...client, doc, edits: editsOf(doc), updates };
}

describe("two stock clients", () => {
  it("converge, through the database", async () => {
    const [one, two] = await Promise.all([server.connect(id), server.connect(id)]);
    expect(graphIn(one.doc).nodes).toHaveLength(1);
    for (let index = 0; index < 20; index++) {
      editsOf(one.doc).add([textNode(`one${index}`)]);
      editsOf(two.doc).setField("node_a" as NodeId, "text", `hello ${"x".repeat(index)}`);
    }
    await eventually(() => expect(graphIn(one.doc).nodes).toHaveLength(21));
    await eventually(() => expect(graphIn(two.doc)).toEqual(graphIn(one.doc)));
    await eventually(async () => expect(await documents.readDraft(id)).toEqual(graphIn(one.doc)));
    expect(await storedState()).toEqual(await liveState());
  });

  it("see each other, and see each other go", async () => {
    const [one, two] = await Promise.all([server.connect(id), server.connect(id)]);
    one.provider.awareness.setLocalStateField("user", { name: "One" });
    const seen = () => two.provider.awareness.getStates().get(one.doc.clientID);
    await eventually(() => expect(seen()).toEqual({ user: { name: "One" } }));
    const three = await server.connect(id);
    await eventually(() => expect(three.provider.awareness.getStates().get(one.doc.clientID)).toEqual({ user: { name: "One" } }));
    one.provider.ws?.close();
    one.provider.shouldConnect = false;
    await eventually(() => expect(seen()).toBeUndefined());
  });

  it.each([
    ["an account", { actor: "user_bob", name: "Bob" }, { id: "user_bob", name: "Bob", colour: "#7fb3ff" }],
    ["a guest", { actor: "guest_1", guest: "" }, { id: "guest_1", name: "Guest Ann", role: "guest", colour: "#7fb3ff" }],
  ])("see %s as who it is, whatever it says", async (_, params, user) => {
    const [one, two] = await Promise.all([server.connect(id, { params }), server.connect(id)]);
    const told = () => two.provider.awareness.getStates().get(one.doc.clientID);
    const said = { user: { id: "user_ann", name: "Ann", colour: "#7fb3ff" }, cursor: { x: 1, y: 2 } };
    one.provider.awareness.setLocalState(said);
    await eventually(() => expect(told()).toEqual({ user, cursor: said.cursor }));
    // what the others are told comes back, and changes nothing
    one.provider.awareness.setLocalStateField("cursor", null);
    await eventually(() => expect(told()).toEqual({ user, cursor: null }));
    expect(one.provider.awareness.getLocalState()).toEqual({ ...said, cursor: null });
  });

  it("one that was away brings what it did, and gets what it missed", async () => {
    const [one, two] = await Promise.all([server.connect(id), server.connect(id)]);
    one.provider.disconnect();
    editsOf(one.doc).add([textNode("offline")]);
    editsOf(one.doc).setField("node_a" as NodeId, "text", "hello from afar");
    editsOf(two.doc).add([textNode("online")]);
    await eventually(async () => expect((await documents.readDraft(id)).nodes).toHaveLength(2));
    one.provider.connect();
    await eventually(() => expect(graphIn(two.doc).nodes.map((node) => node.id)).toEqual(["node_a", "node_offline", "node_online"]));
    await eventually(() => expect(graphIn(one.doc)).toEqual(graphIn(two.doc)));
  });

  it("see live when the draft is replaced, renamed or restored by the server", async () => {
    const { doc } = await server.connect(id);
    const before = graphIn(doc);
    await documents.replaceDraft(id, { ...graphOf(textNode("b")), name: "Replaced" }, "script");
    await eventually(() => expect(graphIn(doc)).toMatchObject({ name: "Replaced", nodes: [{ id: "node_b" }] }));
    await documents.rename(id, { name: "Renamed" }, "script");
    await eventually(() => expect(graphIn(doc).name).toBe("Renamed"));
    await documents.restoreRevision(id, 1, "script");
    await eventually(() => expect(graphIn(doc)).toEqual(before));
  });
});

describe("acknowledgements", () => {
  it("come after the commit, counted in order", async () => {
    const { send, acks, edits, updates } = await connectEditor();
    for (const name of ["b", "c", "d"]) edits.add([textNode(name)]);
    for (const update of updates) send(writeUpdate(update));
    send(writeUpdate(updates[0] ?? new Uint8Array()));
    await eventually(() => expect(acks().at(-1)).toBe(4));
    expect(acks()).toEqual([...acks()].sort((a, b) => a - b));
    const stored = new Y.Doc();
    Y.applyUpdate(stored, await storedState());
    expect(graphIn(stored).nodes).toHaveLength(4);
  });

  it("are not sent to a stock client", async () => {
    const { send, types, edits, updates } = await connectEditor({ query: "" });
    edits.rename("New");
    for (const update of updates) send(writeUpdate(update));
    await eventually(async () => expect((await documents.readDraft(id)).name).toBe("New"));
    expect(types().every((type) => type < 100)).toBe(true);
  });

  it("wait while an update is missing, until the answer to the resync", async () => {
    const { send, acks, types, edits, updates, doc, socket } = await connectEditor();
    edits.rename("First");
    edits.rename("Second");
    edits.rename("Third");
    await eventually(() => expect(types()).toEqual([0]));
    const step2 = (update: Uint8Array) => Uint8Array.from([0, 1, ...writeUpdate(update).subarray(2)]);
    send(step2(new Uint8Array([0, 0])));
    send(writeUpdate(updates[1] ?? new Uint8Array()));
    await eventually(() => expect(types()).toEqual([0, 100, 0]));
    send(writeUpdate(updates[2] ?? new Uint8Array()));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(acks()).toEqual([1]);
    send(step2(Y.encodeStateAsUpdate(doc)));
    await eventually(() => expect(acks()).toEqual([1, 4]));
    expect((await documents.readDraft(id)).name).toBe("Third");
    expect(socket.readyState).toBe(socket.OPEN);
  });
});

describe("what is refused", () => {
  it("malformed updates close their socket and change nothing, and others go on", async () => {
    const other = await server.connect(id);
    const before = { stored: await storedState(), live: await liveState() };
    const corpus = malformedUpdates(before.live);
    const clients = await Promise.all(Object.keys(corpus).map(() => server.connectBare(id)));
    const watch = watchLoop();
    for (const [name, update] of Object.entries(corpus)) {
      const client = clients.shift() ?? (await server.connectBare(id));
      client.send(writeUpdate(update));
      const outcome = await Promise.race([
        client.closed,
        vi.waitUntil(() => client.notices().length > 0 || client.types().filter((type) => type === 0).length > 1, { timeout: 10_000 }),
      ]);
      if (outcome !== true) expect([name, (outcome as { code: number }).code]).toEqual([name, SYNC_CLOSE.malformed]);
      client.socket.terminate();
      expect([name, await liveState()]).toEqual([name, before.live]);
    }
    watch.stop();
    expect(await storedState()).toEqual(before.stored);
    expect(watch.worstMs()).toBeLessThan(50);
    editsOf(other.doc).rename("Still here");
    await eventually(async () => expect((await documents.readDraft(id)).name).toBe("Still here"));
    expect(other.provider.wsconnected).toBe(true);
  });

  it("messages that would take long to read are not read", async () => {
    const clients = await Promise.all([1, 2, 3].map(() => server.connectBare(id)));
    const many = encoded(2_000_000, (encoder, index) => {
      encoding.writeVarUint(encoder, index * 17);
      encoding.writeVarUint(encoder, 1);
    });
    const crowd = encoded(2_000_000, (encoder) => {
      for (const value of [5, 1, 0]) encoding.writeVarUint(encoder, value);
    });
    const hoard = encoded(1, (encoder) => {
      for (const value of [5, 1]) encoding.writeVarUint(encoder, value);
      encoding.writeVarString(encoder, "x".repeat(11_000_000));
    });
    // only now: to make them took long
    const watch = watchLoop();
    clients[0]?.send(encoded(0, (encoder) => encoding.writeVarUint8Array(encoder, many), [0, 0]));
    expect((await clients[0]?.closed)?.code).toBe(SYNC_CLOSE.malformed);
    clients[1]?.send(writeAwareness(crowd));
    expect((await clients[1]?.closed)?.code).toBe(SYNC_CLOSE.malformed);
    clients[2]?.send(writeAwareness(hoard));
    clients[2]?.send(writeStep1(new Y.Doc()));
    // the server's own question, and the answer, which comes after what was said before
    await eventually(() => expect(clients[2]?.types().filter((type) => type === 0)).toHaveLength(2));
    watch.stop();
    // to send ten megabytes takes this thread some of it; to read them took more than a second
    expect(watch.worstMs()).toBeLessThan(400);
  });

  it.each<[string, Uint8Array | string]>([
    ["text", "hello"],
    ["no bytes", new Uint8Array()],
    ["an unknown type", Uint8Array.of(77, 1, 2)],
    ["an unknown step", Uint8Array.of(0, 9, 0)],
    ["a message cut off", Uint8Array.of(0, 2, 200, 1)],
    ["a made-up state vector", Uint8Array.of(0, 0, 3, 255, 255, 255)],
    ["awareness that is no JSON", writeAwareness(Uint8Array.of(1, 5, 1, 1, 123))],
    ["awareness with a forbidden key", writeAwareness(Uint8Array.from([1, 5, 1, 15, ...Buffer.from('{"__proto__":1}')]))],
  ])("closes at rubbish: %s", async (_, rubbish) => {
    const { socket, closed } = await server.connectBare(id);
    socket.send(rubbish);
    expect((await closed).code).toBe(SYNC_CLOSE.malformed);
  });

  it("over a limit the document becomes read-only for its sender, with a notice and no acknowledgement", async () => {
    const { send, acks, notices, edits, updates, socket } = await connectEditor();
    const before = await liveState();
    edits.setField("node_a" as NodeId, "text", "x".repeat(300_000));
    edits.rename("Afterwards");
    for (const update of updates) send(writeUpdate(update));
    await eventually(() => expect(notices().map((notice) => JSON.parse(notice))).toMatchObject([{ type: "read-only" }]));
    expect(socket.readyState).toBe(socket.OPEN);
    expect(acks()).toEqual([]);
    send(writeUpdate(updates[1] ?? new Uint8Array()));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(graphIn(await live()).nodes[0]?.config.text).toBe("hello");
    expect((await liveState()).length).toBeLessThan(before.length + 100);
  });

  it("who may only look is told so, hears everything, and changes nothing", async () => {
    const viewer = await connectEditor({ query: "acks=1&read-only=1" });
    await eventually(() => expect(viewer.notices()).toHaveLength(1));
    const before = await liveState();
    viewer.edits.rename("Sneaky");
    for (const update of viewer.updates) viewer.send(writeUpdate(update));
    viewer.send(writeStep1(new Y.Doc()));
    await eventually(() => expect(viewer.types().filter((type) => type === 0)).toHaveLength(2));
    expect(await liveState()).toEqual(before);
    expect(viewer.acks()).toEqual([]);
  });

  it("awareness of others, and of somebody else's client id, is left out", async () => {
    const [one, two] = await Promise.all([server.connect(id), server.connect(id)]);
    one.provider.awareness.setLocalStateField("user", "One");
    const seen = () => two.provider.awareness.getStates().get(one.doc.clientID);
    await eventually(() => expect(seen()).toEqual({ user: "One" }));
    const impostor = await server.connectBare(id, { query: "actor=mallory" });
    const encoded = Buffer.from(JSON.stringify({ user: "Mallory" }));
    const client: number[] = [];
    for (let value = one.doc.clientID; ; value = Math.floor(value / 128)) {
      client.push(value >= 128 ? (value % 128) + 128 : value);
      if (value < 128) break;
    }
    impostor.send(writeAwareness(Uint8Array.from([1, ...client, 100, encoded.length, ...encoded])));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(seen()).toEqual({ user: "One" });
  });

  it("awareness faster than 10 a second arrives as the newest", async () => {
    const [one, two] = await Promise.all([server.connect(id), server.connect(id)]);
    let heard = 0;
    two.provider.awareness.on("update", ({ updated, added }: { updated: number[]; added: number[] }) => {
      if ([...updated, ...added].includes(one.doc.clientID)) heard += 1;
    });
    for (let index = 0; index < 150; index++) one.provider.awareness.setLocalStateField("cursor", index);
    await eventually(() => expect(two.provider.awareness.getStates().get(one.doc.clientID)).toEqual({ cursor: 149 }));
    expect(heard).toBeLessThan(20);
    expect(one.provider.wsconnected).toBe(true);
  });

  it("too many messages close the socket so that it may come back", async () => {
    const { send, closed } = await server.connectBare(id);
    for (let index = 0; index < 400; index++) send(writeUpdate(new Uint8Array([0, 0])));
    expect((await closed).code).toBe(SYNC_CLOSE.rateLimited);
  });

  it("unknown and archived documents are closed with codes that say so", async () => {
    expect((await (await server.connectBare("graph_nowhere")).closed).code).toBe(SYNC_CLOSE.notFound);
    const open = await server.connectBare(id);
    await eventually(() => expect(open.types().length).toBeGreaterThan(0));
    await documents.archive(id);
    expect((await open.closed).code).toBe(SYNC_CLOSE.archived);
    expect((await (await server.connectBare(id)).closed).code).toBe(SYNC_CLOSE.archived);
  });

  it("shutting down closes with a code to come back on, after everything is stored", async () => {
    const mine = openDocuments(database);
    const its = await startDocumentServer(mine);
    const { send, acks, edits, updates, closed } = await connectEditor({ to: its });
    for (let index = 0; index < 50; index++) edits.add([textNode(`n${index}`)]);
    for (const update of updates) send(writeUpdate(update));
    await eventually(() => expect(acks().length).toBeGreaterThan(0));
    await mine.close();
    await its.close();
    expect((await closed).code).toBe(SYNC_CLOSE.shuttingDown);
    const stored = new Y.Doc();
    Y.applyUpdate(stored, await storedState());
    expect(graphIn(stored).nodes.length).toBeGreaterThan(acks().at(-1) ?? 0);
  });
});

async function live(): Promise<Y.Doc> {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, await liveState());
  return doc;
}

/** A count, unless there are first bytes, and as many entries. */
function encoded(count: number, write: (encoder: encoding.Encoder, index: number) => void, first?: number[]): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const value of first ?? [count]) encoding.writeVarUint(encoder, value);
  for (let index = 0; index < Math.max(count, first ? 1 : 0); index++) write(encoder, index);
  return encoding.toUint8Array(encoder);
}
