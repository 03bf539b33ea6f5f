import { expect, it } from "vitest";
import { catalog } from "#nodes/catalog.data.ts";
import type { Json } from "#runtime/graph/json.ts";
import { type CitedPassage, citationsIn, passagesOf } from "./cited-passages.ts";

const passage = (chunk: string): CitedPassage => ({
  ...{ text: chunk, document: { id: "doc_a" as CitedPassage["document"]["id"], title: "Handbook", url: null } },
  ...{ page: 1, headings: [], chunk: `chunk_${chunk}` as CitedPassage["chunk"], relevance: 0.5 },
});
const cited = (answer: string, ...searches: string[][]) =>
  citationsIn(
    answer,
    searches.map((chunks) => chunks.map(passage)),
  ).map(({ number, passage: { text } }) => `${number} ${text}`);

it("knows the passages that the nodes of the catalog give", () => {
  const examples = catalog.all().flatMap(({ examples }) => examples);
  const found = examples.flatMap((example) =>
    Object.values("outputs" in example ? (example.outputs ?? {}) : {}).flatMap((value) => passagesOf(value as Json) ?? []),
  );
  expect(found.length).toBeGreaterThan(0);
});

it.each<[string, Json]>([
  ["no list", "text"],
  ["an empty list", []],
  ["other objects", [{ text: "a" }]],
])("takes %s for no passages", (_name, value) => expect(passagesOf(value)).toBeUndefined());

it("finds what an answer cites", () => {
  expect(cited("It is so [2]. Also [1, 3].", ["a", "b", "c"])).toEqual(["1 a", "2 b", "3 c"]);
  expect(cited("Nothing.", ["a"])).toEqual([]);
  expect(cited("Too far [9], and an array[0].", ["a"])).toEqual([]);
});

it("means the last search that had so many", () => {
  expect(cited("[1] and [3]", ["a", "b", "c"], ["d"])).toEqual(["1 d", "3 c"]);
  expect(cited("[1] and [2]", ["a", "b"], ["b"])).toEqual(["1 b"]);
});
