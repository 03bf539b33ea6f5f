import { expect, it } from "vitest";
import { readImages, type SentImage } from "./chat-images.ts";

const sent = (...urls: string[]) => ({ images: urls.map((url) => ({ type: "image_url", image_url: { url, detail: "auto" }, index: 0 })) });

it("takes pictures as they are sent, each once, and eight at most", () => {
  const heard: SentImage[] = [];
  readImages({ content: "text" }, heard);
  readImages({ images: "none" }, heard);
  readImages(sent("data:image/PNG;base64,AAAA"), heard);
  readImages(sent("data:image/PNG;base64,AAAA", "data:image/webp;charset=utf-8;base64,BBBB", "data:text/html;base64,CCCC", "javascript:1"), heard);
  expect(heard).toEqual([
    { type: "image", image: { mediaType: "image/png", data: "AAAA" } },
    { type: "image", image: { mediaType: "image/webp", data: "BBBB" } },
  ]);
  readImages(sent(...Array.from({ length: 20 }, (_, index) => `data:image/png;base64,${index}`)), heard);
  expect(heard).toHaveLength(8);
});

it("fetches none: an address is told; one that is too large ends the turn", () => {
  const heard: SentImage[] = [];
  readImages(sent("https://pictures.example/a.png", "https://pictures.example/a.png"), heard);
  expect(heard).toEqual([{ type: "text", text: "A picture is at https://pictures.example/a.png" }]);
  expect(() => readImages(sent(`data:image/png;base64,${"A".repeat(29 * 1024 * 1024)}`), heard)).toThrow("more than 20 MiB");
});
