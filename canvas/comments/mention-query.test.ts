import { expect, it } from "vitest";
import { mentionQuery, stillMentioned, withMention } from "./mention-query.ts";

it.each([
  ["@", 1, { from: 0, query: "" }],
  ["hi @An", 6, { from: 3, query: "An" }],
  ["hi @Ann Le", 10, { from: 3, query: "Ann Le" }],
  ["(@An", 4, { from: 1, query: "An" }],
  ["mail@example", 12, undefined],
  ["hi @Ann was here", 16, undefined],
  ["hi @An", 3, undefined],
] as const)("in %j at %i finds %j", (text, caret, expected) => expect(mentionQuery(text, caret)).toEqual(expected));

it("puts the name where it was begun, with one space behind it", () => {
  expect(withMention("hi @An there", { from: 3, caret: 6, name: "Ann Lee" })).toEqual({ text: "hi @Ann Lee there", caret: 12 });
});

it("means only those whose names were left in the text", () => {
  expect(stillMentioned("@Ann and", [{ name: "Ann" }, { name: "Ben" }])).toEqual([{ name: "Ann" }]);
});

it("takes no longer name for one that begins alike", () => {
  const [ann, anna, lee, other] = [{ name: "Ann" }, { name: "Anna" }, { name: "Ann Lee" }, { name: "Ann" }];
  expect(stillMentioned("hi @Anna", [ann, anna])).toEqual([anna]);
  expect(stillMentioned("hi @Ann Lee!", [ann, lee])).toEqual([lee]);
  expect(stillMentioned("@Ann, @Ann Lee and @Anna.", [ann, anna, lee, other])).toEqual([ann, anna, lee, other]);
});
