import { expect, it } from "vitest";
import { NodeError } from "#runtime/node/node-error.ts";
import { createFakeAssetStore } from "../testing/fake-asset-store.ts";
import { holdsBytes, keepContent } from "./keep-content.ts";

const base64 = (text: string) => btoa(text);

it("keeps what came as bytes, and leaves the rest as it came", async () => {
  const store = createFakeAssetStore();
  const text = { type: "text" as const, text: "Here it is." };
  const link = { type: "resource_link" as const, uri: "notes://a" };
  const content = [
    text,
    { type: "image" as const, data: base64("picture"), mimeType: "image/jpeg" },
    link,
    { type: "resource" as const, resource: { uri: "notes://all/sound.ogg?x=1", mimeType: "audio/ogg", blob: base64("sound") } },
    { type: "resource" as const, resource: { uri: "notes://all/text", text: "words" } },
  ];
  expect([holdsBytes(content), holdsBytes([text, link])]).toEqual([true, false]);
  const kept = await keepContent(store, content);
  const [picture, sound] = kept.files;
  expect(kept.files).toMatchObject([
    { name: "image-2.jpg", mediaType: "image/jpeg", bytes: 7 },
    { name: "sound.ogg", mediaType: "audio/ogg", bytes: 5 },
  ]);
  expect(kept.content).toEqual([
    text,
    { type: "image", file: picture },
    link,
    { type: "resource", resource: { uri: "notes://all/sound.ogg?x=1", mimeType: "audio/ogg", file: sound } },
    content[4],
  ]);
  expect([...store.kept.values()].map((bytes) => new TextDecoder().decode(bytes))).toEqual(["picture", "sound"]);
});

it("keeps what is no picture as bytes, and says what cannot be read at all", async () => {
  const store = createFakeAssetStore();
  const picky = {
    keep: async (bytes: Parameters<typeof store.keep>[0], file: Parameters<typeof store.keep>[1]) => {
      if (file.mediaType.startsWith("image/")) throw new NodeError("validation", "no picture");
      return store.keep(bytes, file);
    },
  };
  const { files } = await keepContent(picky, [{ type: "image", data: base64("?"), mimeType: "image/png" }]);
  expect(files).toMatchObject([{ mediaType: "application/octet-stream", name: "image-1.png" }]);
  await expect(keepContent(store, [{ type: "image", data: "no base64!", mimeType: "image/png" }])).rejects.toMatchObject({ code: "tool" });
});
