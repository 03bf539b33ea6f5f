import { expect, it } from "vitest";
import type { FoundThing } from "#server/contract/find.ts";
import { likelyThings } from "./likely-things.ts";

const thing = (id: string, rank: number | null, similarity: number | null): FoundThing => ({
  ...{ kind: "collection", id, title: id, description: "", score: 1 },
  why: { text: rank === null ? null : { rank, score: 1 }, vector: similarity === null ? null : { rank: 1, similarity } },
});

it("keeps what has the words, means the same or is called so, in the order it came", () => {
  const found = [
    thing("words", 1, null),
    thing("neither", 4, 0.3),
    thing("meaning", null, 0.53),
    thing("weak", null, 0.36),
    thing("both", 3, 0.2),
    thing("invoices of 2024", 9, 0.1),
  ];
  expect(likelyThings(found, "invoice").map(({ id }) => id)).toEqual(["words", "meaning", "both", "invoices of 2024"]);
});

it("shows no more than can be looked through", () => {
  expect(
    likelyThings(
      Array.from({ length: 30 }, (_none, index) => thing(String(index), null, 0.6)),
      "zebra",
    ),
  ).toHaveLength(24);
});
