import { ASSET_BYTES } from "#server/contract/assets.ts";
import { DOCUMENT_ENDINGS } from "#server/contract/knowledge-documents.ts";

const ENDINGS: ReadonlySet<string> = new Set(Object.values(DOCUMENT_ENDINGS).flat());

/** What documents are read from, for a file field; Markdown often has no media type. */
export const DOCUMENT_FILES = [...[...ENDINGS].map((ending) => `.${ending}`), "application/pdf", "text/*"].join(",");

/** Programs that make documents which are not read, by the endings of their files. */
const OTHERS: Readonly<Record<string, string>> = {
  ...{ doc: "Word", docx: "Word", odt: "Writer", rtf: "Word", pages: "Pages" },
  ...{ ppt: "PowerPoint", pptx: "PowerPoint", odp: "Impress", key: "Keynote" },
  ...{ xls: "Excel", xlsx: "Excel", ods: "Calc", numbers: "Numbers" },
};
const TABLES = new Set(["Excel", "Calc", "Numbers"]);

/** Why no text can be read from a file, and what to do; undefined when it can. */
export function whyNoDocument({ name, type, size }: Pick<File, "name" | "type" | "size">): string | undefined {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  const program = OTHERS[ending];
  if (program !== undefined) return `Documents of ${program} are not read. Save it as ${TABLES.has(program) ? "CSV" : "PDF"} and add that.`;
  if (type.startsWith("image/")) return "It is a picture. Where it shows text, make a PDF of it with text recognition (OCR) and add that.";
  if (!ENDINGS.has(ending) && type !== "application/pdf" && !type.startsWith("text/"))
    return "Files of this kind are not read. PDF, Markdown, HTML and plain text are.";
  if (size === 0) return "It is empty.";
  if (size > ASSET_BYTES) return `It has more than ${ASSET_BYTES / 1024 / 1024} MB. Split it.`;
  return undefined;
}
