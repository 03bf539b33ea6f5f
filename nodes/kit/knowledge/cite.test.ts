import { expect, test } from "vitest";
import { citationOf, withCitations } from "./cite.ts";

const passage = {
  text: "Oil it.",
  document: { id: "doc_1", title: "Looms", url: null },
  page: 3,
  headings: ["Looms", "Care", "Oil"],
  chunk: "chunk_1",
  relevance: 0.5,
};

test("a passage is cited by document, page and titles, none of them twice", () => {
  expect(citationOf(passage)).toBe("Looms, page 3, Care › Oil");
  expect(citationOf({ ...passage, page: null, headings: [] })).toBe("Looms");
});

test("passages are numbered for whoever cites them", () => {
  expect(withCitations([passage, { ...passage, text: "More.", chunk: "chunk_2", headings: [] }])).toBe(
    "[1] Looms, page 3, Care › Oil (chunk_1)\nOil it.\n\n[2] Looms, page 3 (chunk_2)\nMore.",
  );
  expect(withCitations([])).toBe("Nothing was found.");
});
