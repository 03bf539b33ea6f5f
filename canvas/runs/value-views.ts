import { z } from "zod";
import type { Json } from "#runtime/graph/json.ts";
import { type FileValue, fileValueSchema } from "#runtime/node/port-value.ts";
import { passagesOf } from "../knowledge/cited-passages.ts";

/** How a value can be looked at. */
export type ValueViewKind = "file" | "files" | "passages" | "table" | "image" | "markdown" | "json" | "text";

/** What a table shows of a list of objects. */
export interface ValueTableData {
  columns: readonly string[];
  rows: readonly { readonly [key: string]: Json }[];
}

const MAX_COLUMNS = 40;
/** Longer lists of files are tables. */
const MAX_FILES = 50;
const LOOKED_AT = 200;
const IMAGE = /^data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml|bmp);base64,[A-Za-z0-9+/=\s]+$/;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
const MARKDOWN = /^#{1,6} \S|^\s*[-*] \S.*\n\s*[-*] \S|^```|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\([^)\n]+\)|^\|.*\|\n\|[-:| ]+\|/m;

/** The ways a value can be looked at, the best one first. */
export function viewsOf(value: Json): ValueViewKind[] {
  if (fileValueSchema.safeParse(value).success) return ["file", "json"];
  if (filesOf(value)) return ["files", "table", "json"];
  if (imageOf(value) !== undefined) return typeof value === "string" ? ["image", "text"] : ["image", "json"];
  if (typeof value === "string") return viewsOfText(value);
  if (passagesOf(value)) return ["passages", "table", "json"];
  return tableOf(value) ? ["table", "json"] : ["json"];
}

function viewsOfText(text: string): ValueViewKind[] {
  if (parsedText(text) !== undefined) return ["text", "json"];
  if (MARKDOWN.test(text)) return ["markdown", "text"];
  return text.includes("\n") ? ["text", "markdown"] : ["text"];
}

/** The stored files that a list is made of; undefined for anything else. */
export function filesOf(value: Json): FileValue[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_FILES) return undefined;
  const files = z.array(fileValueSchema).safeParse(value);
  return files.success ? files.data : undefined;
}

/** The list or object that a text is the JSON of. */
export function parsedText(text: string): Json | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The address of an image: a data URL, or an object that holds one or its base64 with the kind of image. */
export function imageOf(value: Json): string | undefined {
  if (typeof value === "string") return IMAGE.test(value) ? value : undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const kind = value.mimeType ?? value.mediaType ?? value.contentType;
  const { data = value.base64 } = value;
  if (typeof kind !== "string" || typeof data !== "string") return undefined;
  const address = IMAGE.test(data) ? data : BASE64.test(data) ? `data:${kind};base64,${data}` : undefined;
  return address !== undefined && IMAGE.test(address) ? address : undefined;
}

/** A list of objects as a table; undefined for anything else. */
export function tableOf(value: Json): ValueTableData | undefined {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return undefined;
  const columns = new Set<string>();
  for (const row of value.slice(0, LOOKED_AT)) for (const key of Object.keys(row)) columns.add(key);
  return columns.size === 0 ? undefined : { columns: [...columns].slice(0, MAX_COLUMNS), rows: value };
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
