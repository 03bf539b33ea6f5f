import { expect, it } from "vitest";
import { documentStateSchema } from "#server/contract/knowledge.ts";
import { statusLook } from "../ui/status.tsx";
import { counted, isWorking, placeWords, STATE_WORDS, tagsOf } from "./document-words.ts";

it("has words and a look for every state", () => {
  for (const state of documentStateSchema.options) {
    expect(STATE_WORDS[state].label, state).not.toBe("");
    // an unknown one is called by its own name
    expect(statusLook(STATE_WORDS[state].look).label, state).not.toBe(STATE_WORDS[state].look);
  }
  expect(documentStateSchema.options.filter((state) => isWorking({ state }))).toEqual(["queued", "reading", "chunking", "embedding"]);
});

it("reads tags as they are typed", () => {
  expect(tagsOf(" law, 2026 ,,law,  ")).toEqual(["law", "2026"]);
  expect(tagsOf("")).toEqual([]);
});

it("says where a passage stands", () => {
  expect(placeWords({ page: 3, headings: ["Fees", "Late"], position: 4 })).toBe("page 3 · Fees › Late");
  expect(placeWords({ page: null, headings: [], position: 4 })).toBe("passage 5");
  expect([counted(1, "page"), counted(1200, "page")]).toEqual(["1 page", "1,200 pages"]);
});
