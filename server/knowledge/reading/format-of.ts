import { JobError } from "../../jobs/job-kind.ts";

export type Format = "plain" | "markdown" | "html" | "pdf";

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
const BY_ENDING: Readonly<Record<string, Format>> = {
  ...{ pdf: "pdf", html: "html", htm: "html", xhtml: "html", md: "markdown", markdown: "markdown", mdx: "markdown" },
  ...{
    txt: "plain",
    text: "plain",
    csv: "plain",
    tsv: "plain",
    json: "plain",
    jsonl: "plain",
    xml: "plain",
    yaml: "plain",
    yml: "plain",
    log: "plain",
    rst: "plain",
  },
};

/** How a file is read, by its name, else by its media type. Throws `JobError` for what is not read. */
export function formatOf({ name, mediaType }: { name: string; mediaType: string }): Format {
  const type = (mediaType.split(";")[0] ?? "").trim().toLowerCase();
  const ending = /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const found = type === "application/pdf" ? "pdf" : (BY_ENDING[ending] ?? BY_TYPE[type] ?? (type.startsWith("text/") ? "plain" : undefined));
  if (found) return found;
  throw new JobError(`“${name}” (${type || "no media type"}) cannot be read. Add text, Markdown, HTML or PDF; save other documents as one of these.`);
}
