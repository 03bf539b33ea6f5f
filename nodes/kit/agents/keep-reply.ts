import type { ExecutionContext } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { assetStore } from "../assets/service.ts";
import { type ImagePart, REPLY_IMAGES, type ReplyPart } from "../models/message.ts";
import type { ModelReply } from "../models/service.ts";

/** The reply with stored files in the place of pictures that came in it. One that is none, or too large, is left out, and the log says so. Doing it again changes nothing. */
export async function keepReply(context: Pick<ExecutionContext, "use" | "log">, reply: ModelReply): Promise<ModelReply> {
  if (!reply.content.some((part) => part.type === "image" && "data" in part.image)) return reply;
  const content: ReplyPart[] = [];
  let number = 0;
  for (const part of reply.content) {
    if (part.type !== "image") content.push(part);
    else if (++number <= REPLY_IMAGES.most) content.push(...(await keepImage(context, part, number)));
  }
  if (number > REPLY_IMAGES.most) context.log("warn", `The model answered with ${number} pictures: the first ${REPLY_IMAGES.most} are kept.`);
  return { ...reply, content };
}

async function keepImage(context: Pick<ExecutionContext, "use" | "log">, part: ImagePart, number: number): Promise<ImagePart[]> {
  const { image } = part;
  if (!("data" in image)) return [part];
  try {
    const bytes = decoded(image.data);
    if (bytes.length > REPLY_IMAGES.bytes) throw new NodeError("limit", `It has more than ${REPLY_IMAGES.bytes / 1024 / 1024} MiB.`);
    const [, subtype = "png"] = image.mediaType.split("/");
    const name = `picture-${number}.${subtype === "jpeg" ? "jpg" : subtype.replaceAll(/[^a-z0-9].*$/gi, "")}`;
    return [{ type: "image", image: await context.use(assetStore).keep(bytes, { name, mediaType: image.mediaType }) }];
  } catch (error) {
    if (!(error instanceof NodeError) || (error.code !== "validation" && error.code !== "limit")) throw error;
    context.log("warn", `Picture ${number} of the answer is left out. ${error.message}`);
    return [];
  }
}

function decoded(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  } catch (cause) {
    throw new NodeError("validation", "It is not in base64.", { cause });
  }
}
