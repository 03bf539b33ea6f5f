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
  {
    kind: "workflow" as const,
    id: "workflow_a",
    title: "4x enlarge",
    description: "Makes an image larger with more detail, using a super-resolution model.",
    keywords: ["enhancement"],
  },
  { kind: "workflow" as const, id: "workflow_b", title: "Portrait", description: "Generates a face from a text.", keywords: ["generation"] },
];
const types = catalog.all().map(({ type, title, description, keywords = [] }) => ({ kind: "node-type" as const, id: type, title, description, keywords }));

test("words answer at once; what is meant is found as soon as it is known", async () => {
  const find = createFindThings({
    sources: [async () => types, async () => workflows],
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
    { title: "Sort", description: "Puts a list in order." },
    { title: "Filter", description: "Keeps what fits, in the order of the list." },
    { title: "Ordering", description: "Sends orders to a shop." },
  ]);
  expect(index.search("orders")[0]?.index).toBe(2);
  expect(index.search("filt").map((found) => found.index)).toEqual([1]);
  expect(index.search("zebra")).toEqual([]);
  expect(index.search("the")).toEqual([]);
});

test("what is misspelt, accented, or of a script without spaces is found", () => {
  const index = createWordIndex([
    { title: "Approval", description: "A person decides." },
    { title: "Résumé der Größe", description: "" },
    { title: "放大图片", description: "" },
    { title: "हिन्दी में अनुवाद", description: "" },
    { title: "Apply", description: "" },
  ]);
  const found = (query: string) => index.search(query).map((hit) => hit.index);
  expect(found("aproval")).toEqual([0]);
  expect(found("apporval")).toEqual([0]);
  expect(found("pproval")).toEqual([]);
  expect(found("resume")).toEqual([1]);
  expect(found("图片")).toEqual([2]);
  for (const query of ["大", "片"]) expect(found(query), query).toEqual([2]);
  expect(found("अनुवाद")).toEqual([3]);
  // as it is spelt, it is found alone
  expect(found("apply")).toEqual([4]);
  for (const query of ["x", "\0\ud800", ".*(", "__proto__ constructor", "🦄"]) expect(found(query), query).toEqual([]);
  expect(found("approval ".repeat(200))).toEqual([0]);
});

test("of a query with many words that stand nowhere, the first ones are guessed", () => {
  const index = createWordIndex([{ title: "Approval", description: "" }]);
  const nowhere = Array.from({ length: 7 }, (_none, at) => `nowhere${at}`).join(" ");
  expect(index.search(`${nowhere} aproval`)).toHaveLength(1);
  expect(index.search(`${nowhere} besides aproval`)).toEqual([]);
  expect(index.search(`${nowhere} besides approval`)).toHaveLength(1);
});

test("what was only guessed by its spelling is told apart", () => {
  const index = createWordIndex([
    { title: "Main", description: "Where all begins." },
    { title: "Letters", description: "Sends what is in the mailbox." },
  ]);
  const found = (query: string) => index.search(query).map((hit) => [hit.index, hit.isGuessed]);
  expect(found("mail")).toEqual([[1, false]]);
  expect(found("maim")).toEqual([[0, true]]);
  // one word of it is as it is spelt
  for (const query of ["maim begins", "begins maim"]) expect(found(query), query).toEqual([[0, false]]);
});

test.each([
  ["ends meanwhile", async () => Promise.reject(new Error("It ended."))],
  ["has too much to do", () => new Promise<never>(() => undefined)],
])("a search whose embedder %s compares words", async (_case, embed) => {
  const asked = vi.fn(embed);
  const busy = { ...builtIn, isReady: () => true, embed: asked };
  const meanings = { find: async ({ hashes }: { hashes: readonly string[] }) => new Map(hashes.map((hash) => [hash, new Float32Array(512)])) };
  const find = createFindThings({
    sources: [async () => workflows],
    embedders: createEmbedders({ builtIn: busy, models, connections, store: { ...store, ...meanings } }),
    logger,
  });
  const ask = () => find({ query: "portrait", limit: 5 }, { workspace: "w", signal });
  // nothing is asked of it until it is known what the things mean
  const answer = await vi.waitUntil(async () => {
    const found = await ask();
    return asked.mock.calls.length > 0 && found;
  }, 10_000);
  expect(asked).toHaveBeenCalledWith(["portrait"], expect.objectContaining({ isQuery: true }));
  expect(answer).toMatchObject({ mode: "text", items: [{ id: "workflow_b", why: { text: { isGuessed: false }, vector: null } }] });
});

test("things are listed anew beside what people wait for, and once at a time", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  let lists = 0;
  let title = "Alpha";
  let listed = Promise.resolve();
  const source = async () => {
    lists++;
    const now = title;
    await listed;
    return [{ kind: "collection" as const, id: "collection_a", title: now, description: "" }];
  };
  const find = createFindThings({ sources: [source], embedders: createEmbedders({ builtIn, models, connections, store }), logger });
  const titles = async (query: string) => (await find({ query, limit: 5, kind: "collection" }, { workspace: "w", signal })).items.map((item) => item.title);
  expect(await titles("alpha")).toEqual(["Alpha"]);
  title = "Beta";
  vi.advanceTimersByTime(4_000);
  // a list that comes soon is waited for
  expect(await titles("beta")).toEqual(["Beta"]);
  const slow = Promise.withResolvers<void>();
  listed = slow.promise;
  title = "Gamma";
  vi.advanceTimersByTime(4_000);
  expect(await Promise.all([titles("beta"), titles("beta")])).toEqual([["Beta"], ["Beta"]]);
  expect(lists).toBe(3);
  slow.resolve();
  await vi.waitFor(async () => expect(await titles("gamma")).toEqual(["Gamma"]));
  vi.useRealTimers();
});
