import { expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import type { AssetStore } from "../assets/service.ts";
import type { ImagePart } from "../models/message.ts";
import { createFakeAssetStore } from "../testing/fake-asset-store.ts";
import { keepReply } from "./keep-reply.ts";

const picture = (data: string, mediaType = "image/png"): ImagePart => ({ type: "image", image: { mediaType, data } });
const reply = (...content: Parameters<typeof keepReply>[1]["content"]) => ({
  content,
  stopReason: "end" as const,
  usage: { inputTokens: 1, outputTokens: 1 },
  model: "m",
});
function keep(store: AssetStore, given: Parameters<typeof keepReply>[1]) {
  const logs: string[] = [];
  const context = { use: () => store as never, log: (_level: string, text: string) => void logs.push(text) };
  return keepReply(context, given).then(({ content }) => ({ content, logs }));
}

it("puts stored files in the place of pictures, and changes nothing the second time", async () => {
  const store = createFakeAssetStore();
  const text = { type: "text" as const, text: "Here." };
  const { content, logs } = await keep(store, reply(text, picture(btoa("one")), picture(btoa("two"), "image/jpeg")));
  expect(content).toMatchObject([text, { image: { name: "picture-1.png", mediaType: "image/png", bytes: 3 } }, { image: { name: "picture-2.jpg" } }]);
  expect(JSON.stringify(content)).not.toContain(btoa("one"));
  expect(logs).toEqual([]);
  expect((await keep(store, reply(...content))).content).toEqual(content);
});

it("leaves out what is no picture and what is too many, and says so", async () => {
  const store = createFakeAssetStore();
  const picky: AssetStore = {
    ...store,
    keep: async (bytes, file) => {
      if (file.mediaType === "image/bad") throw new NodeError("validation", "It is no picture.");
      return store.keep(bytes, file);
    },
  };
  const many = Array.from({ length: 9 }, (_, index) => picture(btoa(`picture ${index}`)));
  const { content, logs } = await keep(picky, reply(picture("no base64!"), picture(btoa("x"), "image/bad"), ...many));
  expect(content).toHaveLength(6);
  expect(logs).toEqual([
    "Picture 1 of the answer is left out. It is not in base64.",
    "Picture 2 of the answer is left out. It is no picture.",
    "The model answered with 11 pictures: the first 8 are kept.",
  ]);
});
