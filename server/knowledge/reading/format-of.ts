import { DOCUMENT_ENDINGS } from "../../contract/knowledge-documents.ts";
import { JobError } from "../../jobs/job-kind.ts";

export type Format = keyof typeof DOCUMENT_ENDINGS;

const BY_TYPE: Readonly<Record<string, Format>> = {
  "application/pdf": "pdf",
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/markdown": "markdown",
  "text/x-markdown": "markdown",
  "application/json": "plain",
  "application/x-ndjson": "plain",
  "application/xml": "plain",
  "application/yaml": "plain",
};
const FORMATS: readonly Format[] = ["pdf", "html", "markdown", "plain"];

/** How a file is read, by its name, else by its media type. Throws `JobError` for what is not read. */
export function formatOf({ name, mediaType }: { name: string; mediaType: string }): Format {
  const type = (mediaType.split(";")[0] ?? "").trim().toLowerCase();
  const ending = /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const byEnding = FORMATS.find((format) => DOCUMENT_ENDINGS[format].some((each) => each === ending));
  const found = type === "application/pdf" ? "pdf" : (byEnding ?? BY_TYPE[type] ?? (type.startsWith("text/") ? "plain" : undefined));
  if (found) return found;
  throw new JobError(`“${name}” cannot be read (${type || "no media type"}). Add text, Markdown, HTML or PDF; save other documents as one of these.`);
}
