import type { Json } from "#runtime/graph/json.ts";
import { fileValueSchema } from "#runtime/node/port-value.ts";
import type { ImagePart, ToolResultPart } from "../models/message.ts";

type Content = ToolResultPart["content"];
/** Pictures of one result that a model is shown. */
const MAX_IMAGES = 8;
const MAX_DEPTH = 24;

/** What a called node yielded, by port, as a model reads it: a text of at most that many characters, and the pictures where it can see them. */
export function resultContent(output: Readonly<Record<string, Json>>, given: { maxCharacters: number; seesImages: boolean }): Content {
  const images: ImagePart[] = [];
  const shown = Object.fromEntries(Object.entries(output).map(([port, value]) => [port, withoutImages(value, { images, depth: 0 })]));
  const text = cut(textOfPorts(shown), given.maxCharacters);
  return [{ type: "text", text }, ...(given.seesImages ? images.slice(0, MAX_IMAGES) : [])];
}

/** Says in the text itself what is missing. */
export function cut(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const shown = text.slice(0, maxCharacters).toWellFormed();
  return `${shown}\n\n[This was cut: you see the first ${maxCharacters} of ${text.length} characters. Ask for less, or for a part of it, if you need the rest.]`;
}

/** A text says it all where there is one; of the rest, what another port holds already is left out. */
function textOfPorts(output: Record<string, Json>): string {
  if (typeof output.text === "string" && output.text.trim() !== "") return output.text;
  const ports = Object.entries(output).filter(([, value]) => value !== "" && value !== null);
  const [only] = ports;
  if (!only) return "It is done. There is nothing to tell.";
  const written = ports.map(([port, value]) => ({ port, value, json: JSON.stringify(value) }));
  const told = written.filter((one) => !written.some((other) => other !== one && other.json.length > one.json.length && other.json.includes(one.json)));
  const [first] = told;
  if (told.length === 1 && first) return typeof first.value === "string" ? first.value : first.json;
  return JSON.stringify(Object.fromEntries(told.map(({ port, value }) => [port, value])));
}

/** The value with a few words in the place of each picture, which are collected. */
function withoutImages(value: Json, { images, depth }: { images: ImagePart[]; depth: number }): Json {
  if (typeof value !== "object" || value === null || depth > MAX_DEPTH) return value;
  const image = asImage(value);
  if (image) {
    // two ports may hold the same one
    const known = images.findIndex((other) => isSame(other, image));
    if (known >= 0) return `[picture ${known + 1}]`;
    images.push(image);
    return `[picture ${images.length}]`;
  }
  const inner = { images, depth: depth + 1 };
  if (Array.isArray(value)) return value.map((item) => withoutImages(item, inner));
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutImages(member, inner)]));
}

function isSame({ image: one }: ImagePart, { image: other }: ImagePart): boolean {
  return "$asset" in one && "$asset" in other && one.$asset === other.$asset;
}

/** A stored picture, or one as tools send it: `{ type: "image", data, mimeType }`. */
function asImage(value: { [key: string]: Json } | Json[]): ImagePart | undefined {
  if (Array.isArray(value)) return undefined;
  const file = fileValueSchema.safeParse(value);
  if (file.success) return file.data.mediaType.startsWith("image/") ? { type: "image", image: file.data } : undefined;
  const { type, data, mimeType } = value;
  if (type !== "image" || typeof data !== "string" || typeof mimeType !== "string") return undefined;
  return { type: "image", image: { mediaType: mimeType, data } };
}
