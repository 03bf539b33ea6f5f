import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { createEdits } from "#runtime/graph/edits.ts";
import type { EdgeId, NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { watchLoop } from "../testing/loop-watch.ts";
import { createDocumentChecker, type DocumentChecker } from "./document-checker.ts";
import { malformedUpdates } from "./testing/malformed-updates.ts";
import { graphOf, textLayout, textNode } from "./testing/sample-documents.ts";
import type { Verdict } from "./verdict.ts";

let checker: DocumentChecker;
let base: Y.Doc;
let honest: Uint8Array;
let documents = 0;

beforeAll(() => {
  checker = createDocumentChecker();
  base = new Y.Doc();
  createEdits(base, { origin: "me", layoutOf: textLayout }).replace(graphOf(textNode("a", { text: "hello", list: [{ id: "x", name: "one" }] })));
  honest = Y.encodeStateAsUpdate(base);
});
afterAll(() => checker.close());

function check(update: Uint8Array, given: { document?: string; parts?: Uint8Array[]; salvage?: boolean } = {}): Promise<Verdict> {
  const { document = `graph_${documents++}`, parts = [honest], salvage = false } = given;
  return new Promise((settle) => {
    checker.check({ document, update, salvage, parts: () => parts, settle });
  });
}

/** What an edit adds to the base document. */
function editOf(change: (edits: ReturnType<typeof createEdits>, doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, honest);
  const before = Y.encodeStateVector(doc);
  change(createEdits(doc, { origin: "me", layoutOf: textLayout }), doc);
  return Y.encodeStateAsUpdate(doc, before);
}

describe("what honest clients send", () => {
  it.each<[string, (edits: ReturnType<typeof createEdits>) => void]>([
    ["a new node", (edits) => edits.add([textNode("b", { text: "x", list: [], plain: { deep: [1, { a: null }] } })])],
    ["a node of a type nobody knows", (edits) => edits.add([{ ...textNode("b"), type: "from-the-future" }])],
    [
      "an edge to nowhere",
      (edits) =>
        edits.connect({
          id: "edge_a" as EdgeId,
          kind: "data",
          source: { node: "node_q" as NodeId, port: "a" },
          target: { node: "node_a" as NodeId, port: "b" },
        }),
    ],
    ["typing", (edits) => edits.setField("node_a" as NodeId, "text", "hello there")],
    ["a list item", (edits) => edits.addRecord("node_a" as NodeId, "list", { id: "y", name: "two" })],
    ["a removed node", (edits) => edits.remove({ nodes: ["node_a" as NodeId] })],
    ["two frames inside each other", (edits) => edits.setParent(["node_a" as NodeId], "node_a" as NodeId)],
    ["settings", (edits) => edits.changeSettings({ timeoutMs: 2_000 })],
  ])("takes %s, and says it in the same way", async (_, change) => {
    const update = editOf(change);
    const verdict = await check(update);
    expect(verdict.type).toBe("ok");
    const [one, two] = [new Y.Doc(), new Y.Doc()];
    for (const doc of [one, two]) Y.applyUpdate(doc, honest);
    Y.applyUpdate(one, update);
    Y.applyUpdate(two, verdict.type === "ok" && verdict.update ? verdict.update : new Uint8Array([0, 0]));
    expect(Y.encodeStateAsUpdate(two)).toEqual(Y.encodeStateAsUpdate(one));
  });

  it("tells name and description when they changed", async () => {
    expect(await check(editOf((edits) => edits.rename("New")))).toMatchObject({ type: "ok", about: { name: "New", description: "" } });
    expect(await check(editOf((edits) => edits.add([textNode("b")])))).not.toHaveProperty("about");
  });

  it("calls an update that is known already nothing new", async () => {
    expect(await check(honest)).toEqual({ type: "ok" });
    expect(await check(new Uint8Array([0, 0]))).toEqual({ type: "ok" });
  });

  it("calls one incomplete that builds on another, takes it after that, and can leave it out", async () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, honest);
    const sent: Uint8Array[] = [];
    doc.on("update", (update) => sent.push(update));
    const edits = createEdits(doc, { origin: "me", layoutOf: textLayout });
    edits.rename("First");
    edits.rename("Second");
    const [first, second] = sent as [Uint8Array, Uint8Array];
    const document = "graph_gap";
    expect(await check(second, { document })).toEqual({ type: "incomplete" });
    expect(await check(second, { document, salvage: true })).toEqual({ type: "ok" });
    expect(await check(first, { document })).toMatchObject({ type: "ok", about: { name: "First" } });
    expect(await check(second, { document })).toMatchObject({ type: "ok", about: { name: "Second" } });
  });
});

describe("what no honest client sends", () => {
  const corpus = (() => {
    const doc = new Y.Doc();
    createEdits(doc, { origin: "me", layoutOf: textLayout }).replace(graphOf(textNode("a", { text: "hello" })));
    return malformedUpdates(Y.encodeStateAsUpdate(doc));
  })();

  it.each(Object.entries(corpus))("refuses %s, and goes on", async (name, update) => {
    const document = `graph_${name}`;
    const verdict = await check(update, { document });
    expect(["malformed", "over-limit", "incomplete"]).toContain(verdict.type);
    if (!/millions|inside itself|nested/.test(name)) expect(verdict.type).toBe("malformed");
    expect(
      await check(
        editOf((edits) => edits.rename("After")),
        { document },
      ),
    ).toMatchObject({ type: "ok", about: { name: "After" } });
  });

  it("refuses or takes random changes of an honest update, never hangs, never takes what readers cannot read", async () => {
    const update = editOf((edits) => edits.add([textNode("b", { text: "some text", list: [{ id: "q", name: "n" }] })]));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(update.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }), async (changes) => {
        const spoiled = Uint8Array.from(update);
        for (const [index, value] of changes) spoiled[index] = value;
        const started = performance.now();
        const verdict = await check(spoiled, { document: "graph_random" });
        expect(performance.now() - started).toBeLessThan(10_000);
        if (verdict.type !== "ok" || !verdict.update) return;
        const doc = new Y.Doc();
        Y.applyUpdate(doc, honest);
        Y.applyUpdate(doc, verdict.update);
        checker.forget("graph_random");
      }),
      { numRuns: 2_000 },
    );
  });

  it.each<[string, unknown, Verdict["type"]]>([
    ["a result", { value: { type: "inline", value: { said: 1 } }, other: { type: "blob", hash: "a", bytes: 9, preview: "" } }, "ok"],
    ["a bare value", { value: 1 }, "malformed"],
    ["a list", [1], "malformed"],
    ["a member of its own", { value: { type: "inline", value: 1, more: 2 } }, "malformed"],
    ["a size below nothing", { value: { type: "blob", hash: "a", bytes: -1, preview: "" } }, "over-limit"],
  ])("pinned: %s", async (_, pin, wanted) => {
    const parts = [honest, editOf((_edits, doc) => doc.getMap("pins").set("node_old", "from before"))];
    const update = editOf((_edits, doc) => doc.getMap("pins").set("node_a", pin));
    expect((await check(update, { parts })).type).toBe(wanted);
  });

  it("leaves the thread it was asked from alone", async () => {
    const watch = watchLoop();
    await Promise.all(Object.values(corpus).map((update) => check(update)));
    watch.stop();
    expect(watch.worstMs()).toBeLessThan(50);
  });
});

describe("limits", () => {
  const field = (value: Json) => editOf((edits) => edits.setField("node_a" as NodeId, "value", value));
  const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);

  it.each<[string, () => Uint8Array]>([
    ["a text of more than 256 Ki characters", () => editOf((edits) => edits.setField("node_a" as NodeId, "text", "x".repeat(256 * 1024 + 1)))],
    ["a plain string of that length", () => field("x".repeat(256 * 1024 + 1))],
    ["a value 17 deep", () => field(nested(17))],
    ["more than 5,000 nodes", () => editOf((edits) => edits.add(Array.from({ length: 5_000 }, (_, index) => textNode(`n${index}`))))],
    ["a label of 201 characters", () => editOf((edits) => edits.relabel("node_a" as NodeId, "x".repeat(201)))],
    ["a position far outside", () => editOf((edits) => edits.move(new Map([["node_a" as NodeId, { x: 1e9, y: 0 }]])))],
    ["more than 10 MiB", () => editOf((edits) => edits.add(Array.from({ length: 45 }, (_, index) => textNode(`n${index}`, { text: "x".repeat(250_000) }))))],
    ["an update of more than 12 MiB", () => new Uint8Array(12 * 1024 * 1024 + 1)],
  ])("says over-limit to %s", async (_, update) => {
    expect((await check(update())).type).toBe("over-limit");
  });

  it("takes what is just within them", async () => {
    expect((await check(field(nested(16)))).type).toBe("ok");
    expect((await check(field("x".repeat(256 * 1024)))).type).toBe("ok");
    expect((await check(editOf((edits) => edits.add(Array.from({ length: 4_999 }, (_, index) => textNode(`n${index}`)))))).type).toBe("ok");
  });

  it("measures the document, not the sum of its updates", async () => {
    const doc = new Y.Doc();
    const edits = createEdits(doc, { origin: "me", layoutOf: textLayout });
    edits.replace(graphOf(textNode("a")));
    const start = Y.encodeStateAsUpdate(doc);
    let update = new Uint8Array();
    doc.on("update", (next: Uint8Array) => {
      update = Uint8Array.from(next);
    });
    for (let round = 0; round < 60; round++) {
      edits.setField("node_a" as NodeId, "plain", String(round % 10).repeat(250_000));
      expect((await check(update, { document: "graph_rewritten", parts: [start] })).type).toBe("ok");
    }
  });
});

describe("time", () => {
  it("is given for what has to be taken in before, too", async () => {
    const seen: number[] = [];
    const patient = createDocumentChecker({
      limitMs: (bytes) => {
        seen.push(bytes);
        return 30_000;
      },
    });
    const update = editOf((edits) => edits.rename("New"));
    const ask = () => new Promise<Verdict>((settle) => patient.check({ document: "graph_a", update, parts: () => [honest], settle }));
    const added = editOf((edits) => edits.add([textNode("n", { text: "x".repeat(50_000) })]));
    await ask();
    patient.absorb("graph_a", added);
    await ask();
    await ask();
    expect(seen).toEqual([update.byteLength + honest.byteLength, update.byteLength + added.byteLength, update.byteLength]);
    await patient.close();
  });

  it("ends a check that takes too long, and goes on with a new thread", async () => {
    const hasty = createDocumentChecker({ limitMs: () => 1 });
    const ask = (update: Uint8Array) => new Promise<Verdict>((settle) => hasty.check({ document: "graph_slow", update, parts: () => [honest], settle }));
    const slow = editOf((edits) =>
      edits.add(Array.from({ length: 2_000 }, (_, index) => textNode(`n${index}`, { text: "text", list: [{ id: "a", name: "b" }] }))),
    );
    const verdicts = await Promise.all([ask(slow), ask(slow)]);
    expect(verdicts).toEqual([
      { type: "malformed", reason: "The update took too long to check." },
      { type: "malformed", reason: "The update took too long to check." },
    ]);
    await hasty.close();
    expect(await ask(slow)).toEqual({ type: "unavailable" });
  });
});
