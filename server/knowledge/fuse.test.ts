import { expect, test } from "vitest";
import { fuse } from "./fuse.ts";

const listOf = (keys: string) => [...keys].map((key) => ({ key }));

test("what stands well in both lists comes before what leads one of them", () => {
  const fused = fuse([listOf("abc"), listOf("dba")]);
  expect(fused.map(({ key }) => key)).toEqual(["a", "b", "d", "c"]);
  expect(fused[0]).toEqual({ key: "a", score: 1 / 61 + 1 / 63, ranks: [1, 3] });
  expect(fused[2]).toEqual({ key: "d", score: 1 / 61, ranks: [undefined, 1] });
});

test("a place that says little counts little", () => {
  const words = [
    { key: "a", weight: 0.01 },
    { key: "b", weight: 0.01 },
  ];
  const fused = fuse([words, listOf("cab")]);
  expect(fused.map(({ key }) => key)).toEqual(["c", "a", "b"]);
  expect(fused[1]?.score).toBeCloseTo(0.01 / 61 + 1 / 62, 10);
});
