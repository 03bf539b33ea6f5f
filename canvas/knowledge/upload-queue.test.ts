import { expect, it } from "vitest";
import { collectionIdSchema } from "#runtime/graph/ids.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import { createUploadQueue } from "./upload-queue.ts";

const collection = collectionIdSchema.parse("collection_a");
const options = { tags: ["law"], preview: false };
const pdf = (name: string) => ({ file: new File(["x"], name, { type: "application/pdf" }) });
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

function setUp() {
  const open: { name: string; resolve(): void; reject(error: Error): void; signal: AbortSignal }[] = [];
  const added: object[] = [];
  const keys: string[] = [];
  /** Names of files whose next addition fails. */
  const refused = new Set<string>();
  const queue = createUploadQueue({
    store: ({ name, size, type }, { signal, onSent }) =>
      new Promise<FileValue>((resolve, reject) => {
        onSent(1);
        const value = { $asset: "a".repeat(64), name, mediaType: type, bytes: size } as FileValue;
        open.push({ name, resolve: () => resolve(value), reject, signal });
        signal.addEventListener("abort", () => reject(signal.reason));
      }),
    addDocument: async (id, { asset, tags, path, idempotencyKey }) => {
      keys.push(idempotencyKey);
      if (refused.delete(asset.name)) throw new Error("The answer was lost.");
      added.push({ id, name: asset.name, tags, path });
    },
  });
  return { queue, open, added, keys, refused, states: () => queue.store.getState().map(({ file, state }) => `${file.name} ${state.type}`) };
}

it("sends two at a time, adds each as a document, and forgets what succeeded", async () => {
  const { queue, open, added, states } = setUp();
  queue.add(collection, [{ ...pdf("a.pdf"), path: "folder/a.pdf" }, pdf("b.pdf"), pdf("c.pdf")], options);
  expect(states()).toEqual(["a.pdf sending", "b.pdf sending", "c.pdf waiting"]);
  open[0]?.resolve();
  await settled();
  expect(states()).toEqual(["b.pdf sending", "c.pdf sending"]);
  expect(added).toEqual([{ id: collection, name: "a.pdf", tags: ["law"], path: "folder/a.pdf" }]);
});

it("keeps what failed with why, and tries it again when asked", async () => {
  const { queue, open, added, states } = setUp();
  queue.add(collection, [pdf("a.pdf")], options);
  open[0]?.reject(new Error("The disk is full."));
  await settled();
  expect(queue.store.getState()).toMatchObject([{ state: { type: "failed", message: "The disk is full." } }]);
  queue.retry([queue.store.getState()[0]?.key ?? 0]);
  expect(states()).toEqual(["a.pdf sending"]);
  open[1]?.resolve();
  await settled();
  expect(states()).toEqual([]);
  expect(added).toMatchObject([{ name: "a.pdf", tags: ["law"] }]);
});

it("adds a file that is sent again under the key it had, and each other one under its own", async () => {
  const { queue, open, added, keys, refused } = setUp();
  refused.add("a.pdf");
  queue.add(collection, [pdf("a.pdf"), pdf("b.pdf")], options);
  open[0]?.resolve();
  open[1]?.resolve();
  await settled();
  expect(queue.store.getState()).toMatchObject([{ state: { type: "failed", message: "The answer was lost." } }]);
  queue.retry([queue.store.getState()[0]?.key ?? 0]);
  open[2]?.resolve();
  await settled();
  expect(added).toMatchObject([{ name: "b.pdf" }, { name: "a.pdf" }]);
  expect(keys).toHaveLength(3);
  expect(keys[2]).toBe(keys[0]);
  expect(keys[1]).not.toBe(keys[0]);
});

it("ends what is taken from the list, and goes on with the next", async () => {
  const { queue, open, states, added } = setUp();
  queue.add(collection, [pdf("a.pdf"), pdf("b.pdf"), pdf("c.pdf")], options);
  queue.remove([queue.store.getState()[0]?.key ?? 0]);
  await settled();
  expect(open[0]?.signal.aborted).toBe(true);
  expect(states()).toEqual(["b.pdf sending", "c.pdf sending"]);
  expect(added).toEqual([]);
});

it("ends all of them at once, those that wait too", async () => {
  const { queue, open, states } = setUp();
  queue.add(collection, [pdf("a.pdf"), pdf("b.pdf"), pdf("c.pdf")], options);
  queue.remove(queue.store.getState().map(({ key }) => key));
  await settled();
  expect(open.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  expect(states()).toEqual([]);
});

it("refuses what no text can be read from, without sending it", () => {
  const { queue, open } = setUp();
  queue.add(
    collection,
    [{ file: new File(["x"], "photo.png", { type: "image/png" }) }, { file: new File([], "empty.pdf", { type: "application/pdf" }) }],
    options,
  );
  expect(open).toEqual([]);
  expect(queue.store.getState().map(({ state }) => state.type === "refused" && state.message)).toEqual([
    expect.stringContaining("picture"),
    expect.stringContaining("empty"),
  ]);
});
