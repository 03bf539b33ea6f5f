import { expect, it } from "vitest";
import { ASSET_BYTES } from "#server/contract/assets.ts";
import { whyUnfit } from "./fitting-file.ts";
import { sendableName } from "./stored-files.ts";

const file = (name: string, type: string, size = 10) => ({ name, type, size });

it.each([
  [undefined, file("a.bin", "")],
  ["image/*", file("a.png", "image/png")],
  [".csv, text/plain", file("A.CSV", "")],
  [".csv,text/plain", file("a", "text/plain")],
])("%s takes a fitting file", (accept, given) => {
  expect(whyUnfit(given, accept)).toBeUndefined();
});

it("says of the others what is wrong and what fits", () => {
  expect(whyUnfit(file("a.txt", "text/plain"), "image/*")).toBe("“a.txt” is text/plain. Choose an image.");
  expect(whyUnfit(file("a", ""), ".csv,text/plain")).toBe("“a” is of an unknown kind. Choose a file of this kind: .csv, text/plain.");
  expect(whyUnfit(file("a.txt", "imageish/png"), "image/*")).toBeDefined();
  expect(whyUnfit(file("film.mp4", "video/mp4", ASSET_BYTES + 1), undefined)).toMatch(/^“film.mp4” has 100.0 MB/);
  expect(whyUnfit(file("a.txt", "text/plain", 0), undefined)).toMatch(/is empty/);
});

it("sends a name that the server takes, and keeps its end", () => {
  expect(sendableName("a/b\\c\u202Egnp.exe")).toBe("a_b_c_gnp.exe");
  expect(sendableName(`${"x".repeat(300)}.png`)).toMatch(/^x{251}\.png$/);
  expect(sendableName("  ")).toBe("file");
});
