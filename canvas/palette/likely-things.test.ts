import { expect, it } from "vitest";
import type { FoundThing } from "#server/contract/find.ts";
import { likelyThings } from "./likely-things.ts";

const thing = (id: string, rank: number | null, similarity: number | null): FoundThing => ({
  ...{ kind: "collection", id, title: id, description: "", score: 1 },
  why: { text: rank === null ? null : { rank, score: 1, isGuessed: false }, vector: similarity === null ? null : { rank: 1, similarity } },
});

const guessed = (id: string, rank: number, similarity: number | null): FoundThing => {
  const { why, ...rest } = thing(id, rank, similarity);
  return { ...rest, why: { ...why, text: { rank, score: 1, isGuessed: true } } };
};

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

it("keeps of what is only spelt alike what means the same or has the letters in its title", () => {
  expect(likelyThings([guessed("Main", 1, null), guessed("Post", 2, 0.5), thing("mail", 3, null)], "mail").map(({ id }) => id)).toEqual(["Post", "mail"]);
  expect(likelyThings([guessed("Approval", 1, null)], "aproval")).toHaveLength(1);
});

it("shows no more than can be looked through", () => {
  expect(
    likelyThings(
      Array.from({ length: 30 }, (_none, index) => thing(String(index), null, 0.6)),
      "zebra",
    ),
  ).toHaveLength(24);
});
