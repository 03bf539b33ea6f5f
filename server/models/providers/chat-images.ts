import { z } from "zod";
import { type ImagePart, REPLY_IMAGES } from "#nodes/kit/models/message.ts";
import { NodeError } from "#runtime/node/node-error.ts";

interface Told {
  type: "text";
  text: string;
}
/** A picture, or where one is. */
export type SentImage = ImagePart | Told;

/** As OpenRouter, LiteLLM and Vercel's gateway send pictures beside the text of an answer, whole ones in each delta (their documentation, 2026-11). */
const deltaSchema = z.looseObject({ images: z.array(z.looseObject({ image_url: z.looseObject({ url: z.string() }) })).nonempty() });
const DATA_URL = /^data:(image\/[a-z0-9.+-]+)(?:;[^;,]*)*;base64,/i;

/**
 * Adds the pictures of a delta to those heard before, each once and no more than a reply has. One at an address is not fetched: the address
 * is told. Throws `NodeError("limit")` for one that is too large.
 */
export function readImages(delta: unknown, heard: SentImage[]): void {
  const parsed = deltaSchema.safeParse(delta);
  if (!parsed.success) return;
  for (const {
    image_url: { url },
  } of parsed.data.images) {
    const image = toImage(url);
    if (heard.length < REPLY_IMAGES.most && image && !heard.some((other) => isSame(other, image))) heard.push(image);
  }
}

function toImage(url: string): SentImage | undefined {
  const [head, mediaType] = DATA_URL.exec(url) ?? [];
  if (head === undefined || mediaType === undefined)
    return /^https?:/i.test(url) ? { type: "text", text: `A picture is at ${url.slice(0, 2_000)}` } : undefined;
  const data = url.slice(head.length);
  if (data.length * 0.75 > REPLY_IMAGES.bytes + 3)
    throw new NodeError("limit", `The model answered with a picture of more than ${REPLY_IMAGES.bytes / 1024 / 1024} MiB. Ask for a smaller one.`);
  return { type: "image", image: { mediaType: mediaType.toLowerCase(), data } };
}

function isSame(one: SentImage, other: SentImage): boolean {
  if (one.type === "text") return other.type === "text" && one.text === other.text;
  return other.type === "image" && "data" in one.image && "data" in other.image && one.image.data === other.image.data;
}
