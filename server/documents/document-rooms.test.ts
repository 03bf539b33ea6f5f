import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import { createEdits } from "#runtime/graph/edits.ts";
import type { GraphId, NodeId } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { silentLogger } from "../logger.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { createTestDatabase } from "../store/database/test-database.ts";
import { createDocumentUpdateStore, type DocumentUpdateStore } from "../store/document-updates.ts";
import { startTestProcess } from "../test-process.ts";
import type { RoomMember } from "./document-room.ts";
import type { Documents } from "./documents.ts";
import { createSnapshots } from "./snapshots.ts";
import { graphOf, openDocuments, textLayout, textNode } from "./testing/sample-documents.ts";
import { createUpdateCommitter } from "./update-committer.ts";

let database: Database;
let documents: Documents;
let updates: DocumentUpdateStore;

beforeAll(async () => {
  database = await createTestDatabase();
  documents = openDocuments(database, { graceMs: 20 });
  updates = createDocumentUpdateStore(database);
});
afterAll(async () => {
  await documents.close();
  await database.close();
});

const listener = (): RoomMember & { heard: number } => ({
  actor: "me",
  heard: 0,
  onUpdate() {
    this.heard += 1;
  },
  onPresence: () => undefined,
  onDismiss: () => undefined,
});
const stateOf = async (id: GraphId): Promise<Y.Doc> => {
  const doc = new Y.Doc();
  for (const part of (await updates.load(id)).parts) Y.applyUpdate(doc, part);
  return doc;
};

/** Somebody who edits offline and hands over what he did. */
function editor(state: Uint8Array) {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  const made: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array, origin: unknown) => {
    if (origin !== "remote") made.push(update);
  });
  const undo = new Y.UndoManager([doc.getMap("nodes"), doc.getMap("edges"), doc.getMap("graph")], { trackedOrigins: new Set(["me"]), captureTimeout: 0 });
  return { doc, undo, edits: createEdits(doc, { origin: "me", layoutOf: textLayout }), take: () => made.splice(0) };
}

describe("what is stored", () => {
  it("equals what is live: snapshot and tail, after hundreds of edits and a reload", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a", { text: "" })), actor: "me" });
    const one = editor(await documents.rooms.use(id, (room) => Y.encodeStateAsUpdate(room.doc)));
    for (let index = 0; index < 620; index++) one.edits.setField("node_a" as NodeId, "text", `${index} ${"x".repeat(index % 50)}`);
    const live = await documents.rooms.use(id, async (room) => {
      await Promise.all(one.take().map((update) => room.submit({ update, actor: "me" })));
      return Y.encodeStateAsUpdate(room.doc);
    });
    await vi.waitFor(async () => expect((await updates.load(id)).tail).toBeLessThan(500));
    const { number, tail } = await updates.load(id);
    expect(number).toBe(621);
    expect(tail).toBeGreaterThan(0);
    expect(Y.encodeStateAsUpdate(await stateOf(id))).toEqual(live);
    expect(readGraph(graphDocument(one.doc))).toEqual(readGraph(graphDocument(await stateOf(id))));
  });

  it("is loaded again after the last one has left", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", name: "Left", actor: "me" });
    const member = listener();
    const room = await documents.rooms.join(id, member);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await documents.rooms.use(id, (same) => same)).toBe(room);
    room.leave(member);
    await vi.waitFor(async () => expect(await documents.rooms.use(id, (other) => other)).not.toBe(room), { interval: 50 });
    expect((await documents.readDraft(id)).name).toBe("Left");
  });

  it("survives the death of the process, as far as it was acknowledged", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "heddle-documents-"));
    const child = startTestProcess(`
      import { openDatabase } from ${JSON.stringify(new URL("../store/database/open-database.ts", import.meta.url).href)};
      import { openDocuments, textNode } from ${JSON.stringify(new URL("./testing/sample-documents.ts", import.meta.url).href)};
      const documents = openDocuments(await openDatabase({ dataDirectory: ${JSON.stringify(directory)} }));
      const { id } = await documents.createGraph({ workspace: "workspace_default", name: "0", actor: "me" });
      console.log(id);
      for (let count = 1; ; count++) {
        await documents.rename(id, { name: String(count) }, "me");
        console.log(count);
      }`);
    const id = (await child.line()) as GraphId;
    let acknowledged = 0;
    while (acknowledged < 25) acknowledged = Number(await child.line());
    await child.kill();
    const reopened = await openDatabase({ dataDirectory: directory });
    const after = openDocuments(reopened);
    expect(Number((await after.readDraft(id)).name)).toBeGreaterThanOrEqual(acknowledged);
    expect((await after.rename(id, { name: "alive" }, "me")).graph.name).toBe("alive");
    await after.close();
    await reopened.close();
    await rm(directory, { recursive: true, force: true });
  }, 120_000);
});

describe("many at once", () => {
  it("random edits, undo and partitions of three people end in one valid graph, and none of it is refused", async () => {
    const seed = 20_261_121;
    let state = seed;
    const random = (below: number) => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const { id } = await documents.createGraph({
      workspace: "workspace_default",
      graph: graphOf(textNode("a", { text: "start", list: [{ id: "x", name: "one" }] }), textNode("b")),
      actor: "me",
    });
    const start = await documents.rooms.use(id, (room) => Y.encodeStateAsUpdate(room.doc));
    const people = [editor(start), editor(start), editor(start)];
    const act = ({ doc, edits, undo }: ReturnType<typeof editor>, round: number) => {
      const ids = [...graphDocument(doc).nodes.keys()] as NodeId[];
      const one = ids[random(ids.length)] ?? ("node_a" as NodeId);
      const two = ids[random(ids.length)] ?? ("node_b" as NodeId);
      const actions = [
        () => edits.add([textNode(`n${round}`, { text: "new", list: [] })]),
        () => edits.remove({ nodes: [one] }),
        () => edits.setField(one, "text", `text ${round} ${"y".repeat(random(9))}`),
        () => edits.setField(one, "count", random(99)),
        () => edits.relabel(one, `Label ${round}`),
        () => edits.setParent([one], two),
        () => edits.addRecord(one, "list", { id: `r${round}`, name: "r" }),
        () => edits.moveRecord(one, "list", { id: "x" }),
        () => edits.connect({ id: `edge_e${round}` as never, kind: "data", source: { node: one, port: "value" }, target: { node: two, port: "value" } }),
        () => undo.undo(),
        () => undo.undo(),
        () => undo.redo(),
      ];
      try {
        actions[random(actions.length)]?.();
      } catch {
        // Yjs cannot undo everything that others have undone too
        undo.clear();
      }
    };
    const outcomes = new Set<string>();
    await documents.rooms.use(id, async (room) => {
      for (let round = 0; round < 400; round++) {
        const person = people[random(people.length)];
        if (!person) continue;
        act(person, round);
        if (random(6) > 0) continue;
        const sent = await Promise.all(person.take().map((update) => room.submit({ update, actor: "me" })));
        for (const { type } of sent) outcomes.add(type);
        Y.applyUpdate(person.doc, Y.encodeStateAsUpdate(room.doc, Y.encodeStateVector(person.doc)), "remote");
      }
      for (const { doc } of people) await room.submit({ update: Y.encodeStateAsUpdate(doc), actor: "me" });
      for (const { doc } of people) Y.applyUpdate(doc, Y.encodeStateAsUpdate(room.doc), "remote");
    });
    expect([...outcomes].filter((type) => type !== "saved" && type !== "unchanged")).toEqual([]);
    const graphs = [...people.map(({ doc }) => doc), await stateOf(id)].map((doc) => readGraph(graphDocument(doc)));
    for (const graph of graphs) expect(graph).toEqual(graphs[0]);
    expect(graphs[0]?.nodes.length).toBeGreaterThan(0);
  });

  it("documents share commits", async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => documents.createGraph({ workspace: "workspace_default", actor: "me" })));
    const append = vi.fn(updates.append);
    const committer = createUpdateCommitter({ store: { ...updates, append }, onProblem: () => undefined });
    const update = new Uint8Array([0, 0]);
    await Promise.all(Array.from({ length: 200 }, (_, index) => committer.submit({ document: made[index % 5]?.id ?? "", update, actor: "me" })));
    expect(append.mock.calls.length).toBeLessThan(10);
    expect((await updates.load(made[0]?.id ?? "")).number).toBe(41);
  });
});

describe("a database that does not take commits", () => {
  it("is asked again until it does, nothing is lost, and the problem is told meanwhile", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", actor: "me" });
    let failures = 3;
    const problems: unknown[] = [];
    const flaky: DocumentUpdateStore = {
      ...updates,
      append: async (commits) => {
        if (failures-- > 0) throw new Error("no space left");
        return updates.append(commits);
      },
    };
    const committer = createUpdateCommitter({ store: flaky, onProblem: (error) => problems.push(error) });
    const numbers = Promise.all([1, 2].map(() => committer.submit({ document: id, update: new Uint8Array([0, 0]), actor: "me" })));
    await vi.waitFor(() => expect(committer.problem()).toBeInstanceOf(Error));
    expect(await numbers).toEqual([2, 3]);
    expect(problems).toHaveLength(3);
    expect(committer.problem()).toBeUndefined();
    await committer.idle();
    expect(committer.waitingBytes()).toBe(0);
  });

  it("abandoned, it says that nothing was stored", async () => {
    const committer = createUpdateCommitter({
      store: { ...updates, append: () => Promise.reject(new Error("gone")) },
      onProblem: () => undefined,
    });
    const waiting = committer.submit({ document: "graph_a", update: new Uint8Array([0, 0]), actor: "me" });
    committer.abandon();
    await expect(waiting).rejects.toThrow("was not stored");
  });

  it("what another process wrote is taken in", async () => {
    const { id } = await documents.createGraph({ workspace: "workspace_default", graph: graphOf(textNode("a")), actor: "me" });
    const member = listener();
    const room = await documents.rooms.join(id, member);
    const elsewhere = editor(Y.encodeStateAsUpdate(room.doc));
    elsewhere.edits.relabel("node_a" as NodeId, "From elsewhere");
    await updates.append(elsewhere.take().map((update) => ({ document: id, update, actor: "other" })));
    await documents.rename(id, { name: "From here" }, "me");
    expect(readGraph(graphDocument(room.doc))).toMatchObject({ name: "From here", nodes: [{ label: "From elsewhere" }] });
    // both were read from the database, together
    expect(member.heard).toBe(1);
    room.leave(member);
  });
});

describe("snapshots", () => {
  it("are written after 500 updates or 5 minutes, and again when one failed", async () => {
    vi.useFakeTimers();
    try {
      let isFailing = false;
      const write = vi.fn(async () => {
        if (isFailing) throw new Error("no");
      });
      const snapshots = createSnapshots({ tail: 498, logger: silentLogger, write });
      snapshots.count(1);
      expect(write).toHaveBeenCalledTimes(0);
      snapshots.count(1);
      expect(write).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(0);
      isFailing = true;
      snapshots.count(1);
      await vi.advanceTimersByTimeAsync(5 * 60_000);
      expect(write).toHaveBeenCalledTimes(2);
      isFailing = false;
      snapshots.count(1);
      await vi.advanceTimersByTimeAsync(5 * 60_000);
      expect(write).toHaveBeenCalledTimes(3);
      await snapshots.stop();
    } finally {
      vi.useRealTimers();
    }
  });
});
