import { expect, test } from "vitest";
import { fuse } from "./fuse.ts";

test("what stands well in both lists comes before what leads one of them", () => {
  const fused = fuse([
    ["a", "b", "c"],
    ["d", "b", "a"],
  ]);
  expect(fused.map(({ key }) => key)).toEqual(["a", "b", "d", "c"]);
  expect(fused[0]).toEqual({ key: "a", score: 1 / 61 + 1 / 63, ranks: [1, 3] });
  expect(fused[2]).toEqual({ key: "d", score: 1 / 61, ranks: [undefined, 1] });
});
