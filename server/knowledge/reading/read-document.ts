import type { HttpClient } from "#nodes/kit/http/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { FileStore } from "../../assets/blob-store.ts";
import type { DocumentSource } from "../../contract/knowledge.ts";
import { JobError } from "../../jobs/job-kind.ts";
import { READING_LIMITS, type ReadText, TOO_LONG } from "./block.ts";
import { formatOf } from "./format-of.ts";
import { readInChild } from "./read-in-child.ts";
import { decodeText, readMarkdown, readPlain } from "./read-plain.ts";

export interface ReadGiven {
  files: (workspace: string) => Pick<FileStore, "size" | "open">;
  /** The egress guard's. */
  http: HttpClient;
}

export interface Readable {
  workspace: string;
  source: DocumentSource;
  /** The text itself of a document that came as text. */
  content: string | null;
}

/** Reads a document as text. Throws `JobError` for what another attempt would not mend; network faults are thrown as they are. */
export async function readDocument({ files, http }: ReadGiven, { workspace, source, content }: Readable, signal: AbortSignal): Promise<ReadText> {
  switch (source.type) {
    case "text":
      return bounded(await readMarkdown(content ?? ""));
    case "url":
      return bounded(await readUrl(http, source.url, signal));
    case "asset": {
      const { $asset: hash, name, mediaType } = source.asset;
      const bytes = await files(workspace).size(hash);
      if (bytes === undefined) throw new JobError(`The file “${name}” is not in the media library any more. Upload it again.`);
      if (bytes > READING_LIMITS.fileBytes) throw new JobError(`“${name}” has more than ${READING_LIMITS.fileBytes / 1024 / 1024} MiB. Split it.`);
      if (bytes === 0) throw new JobError(`“${name}” is empty.`);
      return bounded(await read(files(workspace).open(hash, { start: 0, end: bytes - 1 }), { name, mediaType, isPage: false, signal }));
    }
  }
}

interface About {
  name: string;
  mediaType: string;
  isPage: boolean;
  signal: AbortSignal;
}

async function read(content: AsyncIterable<Uint8Array>, { name, mediaType, isPage, signal }: About): Promise<ReadText> {
  const format = formatOf({ name, mediaType });
  switch (format) {
    case "pdf":
      return readInChild(content, { format, signal });
    case "html":
      return readInChild(content, { format: isPage ? "page" : "html", signal });
    case "markdown":
      return readMarkdown(await decodeText(content));
    case "plain":
      return readPlain(await decodeText(content));
  }
}

/** Statuses after which another attempt may go better. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

async function readUrl(http: HttpClient, url: string, signal: AbortSignal): Promise<ReadText> {
  const headers = { accept: "text/html,application/xhtml+xml,text/markdown,text/plain,application/pdf;q=0.9,*/*;q=0.1", "user-agent": "Heddle" };
  const answer = await http
    .request({ method: "GET", url, headers, timeoutMs: 60_000, maxBytes: READING_LIMITS.pageBytes, maxRedirects: 5, signal })
    .catch((error: unknown) => {
      const isFinal = error instanceof NodeError && (error.code === "policy" || error.code === "limit" || error.code === "validation");
      throw isFinal ? new JobError(error.message) : error;
    });
  const { host, pathname } = new URL(answer.url);
  if (answer.status >= 400) {
    const message = `${host} answers ${answer.status}. Open the address in a browser: what needs a login cannot be read; save it and add the file.`;
    throw PASSING.has(answer.status) ? new NodeError("http-status", message, { details: { status: answer.status } }) : new JobError(message);
  }
  const mediaType = answer.headers["content-type"] ?? "text/html";
  const name = decoded(pathname.split("/").at(-1) || host);
  // what a server says counts more than how an address ends
  const isNamed = /^(application\/octet-stream|binary\/)/.test(mediaType);
  const about = { name: isNamed ? name : "page", mediaType, isPage: true, signal };
  const found = await read(one(charsetToUtf8(answer.body, mediaType)), about);
  return { ...found, title: found.title ?? name };
}

/** As it stands where it is no name of an address: `50%`. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function charsetToUtf8(body: Uint8Array, mediaType: string): Uint8Array {
  const head = Buffer.from(body.subarray(0, 2_048)).toString("latin1");
  const named = /charset=["']?([\w-]+)/i.exec(mediaType)?.[1] ?? /<meta[^>]{0,200}charset=["']?([\w-]+)/i.exec(head)?.[1];
  if (named === undefined || /^utf-?8$/i.test(named) || !/^text\/|html|xml/.test(mediaType)) return body;
  try {
    return Buffer.from(new TextDecoder(named).decode(body), "utf8");
  } catch {
    return body;
  }
}

async function* one(piece: Uint8Array): AsyncIterable<Uint8Array> {
  yield piece;
}

function bounded(read: ReadText): ReadText {
  let characters = 0;
  for (const { text } of read.blocks) characters += text.length;
  if (characters > READING_LIMITS.characters) throw new JobError(TOO_LONG);
  if (characters === 0) throw new JobError("The document has no text that could be searched.");
  return read;
}
