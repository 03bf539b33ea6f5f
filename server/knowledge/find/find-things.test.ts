import { afterAll, expect, test, vi } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import { silentLogger as logger } from "../../logger.ts";
import { createBuiltInEmbedder } from "../embedding/built-in-embedder.ts";
import { createEmbedders } from "../embedding/embedders.ts";
import { createFindThings } from "./find-things.ts";
import { createWordIndex } from "./word-index.ts";

const builtIn = createBuiltInEmbedder();
afterAll(() => builtIn.close());

const { signal } = new AbortController();
const store = { find: async () => new Map(), keep: async () => undefined, evict: async () => 0 };
const models = { embed: () => expect.fail("no model is asked") };
const connections = { read: () => expect.fail("no connection is asked") };
const embedders = createEmbedders({ builtIn, models, connections, store });

const workflows = [
  { id: "workflow_a", title: "4x enlarge", description: "Makes an image larger with more detail, using a super-resolution model.", keywords: ["enhancement"] },
  { id: "workflow_b", title: "Portrait", description: "Generates a face from a text.", keywords: ["generation"] },
];
const types = catalog.all().map(({ type, title, description, keywords = [] }) => ({ id: type, title, description, keywords }));

test("words answer at once; what is meant is found as soon as it is known", async () => {
  const find = createFindThings({
    sources: [
      { kind: "node-type", list: async () => types },
      { kind: "workflow", list: async () => workflows },
    ],
    embedders,
    logger,
  });
  const ask = (query: string, kind?: "workflow") => find({ query, limit: 5, kind }, { workspace: "w", signal });
  const early = await ask("pause until tomorr");
  expect(early).toMatchObject({ mode: "text" });
  const found = async () => (await ask("upscale a picture")).items.find(({ id }) => id === "workflow_a");
  // not a word of it stands there
  await vi.waitFor(async () => expect((await found())?.why).toMatchObject({ text: null, vector: { rank: expect.any(Number) } }), {
    timeout: 60_000,
    interval: 100,
  });
  const late = await ask("upscale a picture");
  expect(late.mode).toBe("hybrid");
  expect(late.items.slice(0, 3).map(({ id }) => id)).toContain("workflow_a");
  expect((await ask("upscale a picture", "workflow")).items[0]?.id).toBe("workflow_a");
  expect((await ask("a human has to say yes first")).items.slice(0, 3).map(({ id }) => id)).toContain("approval");
  expect((await ask("picture", "workflow")).items.every(({ kind }) => kind === "workflow")).toBe(true);
}, 90_000);

test("words are found by their stems and as they are typed, titles first", () => {
  const index = createWordIndex([
    { id: "a", title: "Sort", description: "Puts a list in order." },
    { id: "b", title: "Filter", description: "Keeps what fits, in the order of the list." },
    { id: "c", title: "Ordering", description: "Sends orders to a shop." },
  ]);
  expect(index.search("orders")[0]?.index).toBe(2);
  expect(index.search("filt").map((found) => found.index)).toEqual([1]);
  expect(index.search("zebra")).toEqual([]);
  expect(index.search("the")).toEqual([]);
});
