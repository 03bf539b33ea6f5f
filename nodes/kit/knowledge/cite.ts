import type { Passage } from "./service.ts";

/** Where a passage stands, for people: "Report, page 3, Results › Costs". */
export function citationOf({ document, page, headings }: Pick<Passage, "document" | "page" | "headings">): string {
  const under = headings.filter((heading) => heading !== document.title).join(" › ");
  return [document.title, ...(page === null ? [] : [`page ${page}`]), ...(under === "" ? [] : [under])].join(", ");
}

/** Passages as a model reads them, each with a number to cite it by. */
export function withCitations(passages: readonly Passage[]): string {
  if (passages.length === 0) return "Nothing was found.";
  return passages.map((passage, index) => `[${index + 1}] ${citationOf(passage)} (${passage.chunk})\n${passage.text}`).join("\n\n");
}
