import type { ImagePart, ModelMessage } from "#nodes/kit/models/message.ts";
import { NodeError } from "#runtime/node/node-error.ts";

/** The content of a stored file of the workspace; undefined when it is not there. */
export type ReadFile = (hash: string) => Promise<Uint8Array | undefined>;

/** Bytes one picture may have: about what providers take. */
const MOST_BYTES = 20 * 1024 * 1024;

/** Puts the content of stored pictures in their place. Throws `NodeError`: `not-found`, `validation` (no picture), `limit`; happened "no". */
export async function inlineImages(messages: readonly ModelMessage[], read: ReadFile): Promise<ModelMessage[]> {
  const inline = async (part: ImagePart): Promise<ImagePart> => {
    const { image } = part;
    if (!("$asset" in image)) return part;
    if (!image.mediaType.startsWith("image/"))
      throw new NodeError("validation", `"${image.name}" is no picture: models are shown pictures only.`, { happened: "no" });
    if (image.bytes > MOST_BYTES)
      throw new NodeError("limit", `"${image.name}" has more than ${MOST_BYTES / 1024 / 1024} MiB. Make it smaller first.`, { happened: "no" });
    const content = await read(image.$asset);
    if (!content) throw new NodeError("not-found", `The picture "${image.name}" is not there any more.`, { happened: "no" });
    return { type: "image", image: { mediaType: image.mediaType, data: Buffer.from(content).toString("base64") } };
  };
  const all = <Part extends { type: string }>(parts: readonly Part[]) =>
    Promise.all(parts.map(async (part) => (part.type === "image" ? ((await inline(part as never)) as unknown as Part) : part)));
  return Promise.all(
    messages.map(async (message): Promise<ModelMessage> => {
      switch (message.role) {
        case "assistant":
          return { ...message, content: await all(message.content) };
        case "user":
          return { ...message, content: await all(message.content) };
        case "tool":
          return { ...message, content: await Promise.all(message.content.map(async (result) => ({ ...result, content: await all(result.content) }))) };
      }
    }),
  );
}
