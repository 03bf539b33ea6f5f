import { expect, it } from "vitest";
import { createId } from "#runtime/graph/ids.ts";
import type { Revision } from "./cut-revision.ts";
import { createRevisionCache } from "./revision-cache.ts";

const graph = createId("graph");

function counting(fails: () => boolean = () => false) {
  const asked: number[] = [];
  const read = async (_graph: typeof graph, number: number) => {
    asked.push(number);
    if (fails()) throw new Error("It is gone.");
    return { number } as Revision;
  };
  return { asked, read };
}

it("reads a revision once, also when it is asked for at once", async () => {
  const { asked, read } = counting();
  const cached = createRevisionCache(read);
  const both = await Promise.all([cached(graph, 1), cached(graph, 1)]);
  expect(both.map(({ number }) => number)).toEqual([1, 1]);
  expect((await cached(graph, 2)).number).toBe(2);
  await cached(graph, 1);
  expect(asked).toEqual([1, 2]);
});

it("keeps those asked for last", async () => {
  const { asked, read } = counting();
  const cached = createRevisionCache(read, { most: 2 });
  for (const number of [1, 2, 1, 3, 1, 2]) await cached(graph, number);
  expect(asked).toEqual([1, 2, 3, 2]);
});

it("does not keep that it failed", async () => {
  let isDown = true;
  const { asked, read } = counting(() => isDown);
  const cached = createRevisionCache(read);
  await expect(cached(graph, 1)).rejects.toThrow("It is gone.");
  isDown = false;
  expect((await cached(graph, 1)).number).toBe(1);
  expect(asked).toEqual([1, 1]);
});
