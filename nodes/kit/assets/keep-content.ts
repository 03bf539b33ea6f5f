import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { FileValue } from "#runtime/node/port-value.ts";
import type { ToolContent } from "../mcp/service.ts";
import type { AssetStore } from "./service.ts";

/** What a tool answered, with files in the place of what came in base64. */
export interface KeptContent {
  /** Pictures and sounds as `{ type, file }`, resources with `file` in the place of `blob`; the rest as it came. */
  content: Json[];
  /** All of them, in their order. */
  files: FileValue[];
}

/** Whether some of it is bytes, which are to be kept as files: a log that held them would be as large as they are. */
export function holdsBytes(content: readonly ToolContent[]): boolean {
  return content.some((part) => bytesOf(part) !== undefined);
}

/** Keeps the bytes in what a tool answered. Doing it again changes nothing. */
export async function keepContent(store: Pick<AssetStore, "keep">, content: readonly ToolContent[]): Promise<KeptContent> {
  const kept: Json[] = [];
  const files: FileValue[] = [];
  for (const [index, part] of content.entries()) {
    const found = bytesOf(part);
    if (found === undefined) {
      kept.push(part as Json);
      continue;
    }
    const name = nameOf(found, index + 1);
    const file = await keepAsItIs(store, decoded(found.data), { name, mediaType: found.mediaType });
    files.push(file);
    kept.push(withFile(part, file));
  }
  return { content: kept, files };
}

interface Bytes {
  /** base64 */
  data: string;
  mediaType: string;
  /** Its address, of a resource. */
  uri?: string;
}

function bytesOf(part: ToolContent): Bytes | undefined {
  if (part.type === "image" || part.type === "audio") return part.data === "" ? undefined : { data: part.data, mediaType: part.mimeType };
  if (part.type !== "resource" || typeof part.resource !== "object" || part.resource === null) return undefined;
  const { blob, mimeType, uri } = part.resource as { blob?: unknown; mimeType?: unknown; uri?: unknown };
  if (typeof blob !== "string" || blob === "") return undefined;
  return { data: blob, mediaType: typeof mimeType === "string" ? mimeType : "application/octet-stream", ...(typeof uri === "string" && { uri }) };
}

function withFile(part: ToolContent, file: FileValue): Json {
  if (part.type !== "resource") return { type: part.type, file };
  const { blob: _bytes, ...resource } = part.resource as { [key: string]: Json };
  return { ...(part as { [key: string]: Json }), resource: { ...resource, file } };
}

/** What calls itself a picture and is none is kept all the same: the tool has done its work. */
async function keepAsItIs(store: Pick<AssetStore, "keep">, bytes: Uint8Array, { name, mediaType }: { name: string; mediaType: string }): Promise<FileValue> {
  try {
    return await store.keep(bytes, { name, mediaType });
  } catch (error) {
    if (!(error instanceof NodeError) || error.code !== "validation") throw error;
    return store.keep(bytes, { name, mediaType: "application/octet-stream" });
  }
}

function decoded(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new NodeError("tool", "The tool answered with a picture, sound or file that is not in base64. Its maker has to mend that.", { cause });
  }
}

const ENDINGS: Readonly<Record<string, string>> = { jpeg: "jpg", "svg+xml": "svg", mpeg: "mp3", "x-wav": "wav", "octet-stream": "bin", plain: "txt" };

function nameOf({ mediaType, uri }: Bytes, number: number): string {
  const last = uri?.split(/[?#]/)[0]?.split("/").at(-1);
  if (last) return last.slice(0, 200);
  const [family = "file", subtype = "bin"] = (mediaType.split(";")[0] ?? "").split("/");
  return `${family === "application" ? "file" : family}-${number}.${ENDINGS[subtype] ?? subtype.replaceAll(/[^a-z0-9]/gi, "")}`;
}
