import { expect, test } from "vitest";
import { fileHashes, referredHashes } from "./referred-hashes.ts";

const hash = (digit: string) => digit.repeat(64);
let deep: unknown = { $asset: hash("d") };
for (let depth = 0; depth < 100_000; depth++) deep = [deep];
const VALUE = {
  a: [{ b: { $asset: hash("a") } }],
  c: { $asset: hash("c"), name: "x", size: { $asset: hash("a") } },
  d: "$asset",
  e: { $asset: "no hash" },
  f: { type: "blob", hash: hash("b") },
  deep,
};

test("files are found however deep they are named and however little is told of them, each once; large values only where they count", () => {
  expect([...fileHashes(VALUE)].toSorted()).toEqual([hash("a"), hash("c"), hash("d")]);
  expect([...referredHashes(VALUE)].toSorted()).toEqual([hash("a"), hash("b"), hash("c"), hash("d")]);
});
