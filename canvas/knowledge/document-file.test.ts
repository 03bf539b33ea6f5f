import { expect, it } from "vitest";
import { ASSET_BYTES } from "#server/contract/assets.ts";
import { whyNoDocument } from "./document-file.ts";

const file = (name: string, type = "", size = 1) => ({ name, type, size });

it("takes all that the server reads, whatever the browser makes of its kind", () => {
  for (const each of [file("a.PDF"), file("a.md"), file("a.yaml", "application/x-yaml"), file("a.json", "application/json"), file("a.py", "text/x-python")])
    expect(whyNoDocument(each)).toBeUndefined();
});

it("says of other files what to do with them", () => {
  expect(whyNoDocument(file("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"))).toMatch(
    /of Word are not read. Save it as PDF/,
  );
  expect(whyNoDocument(file("a.xlsx"))).toMatch(/Save it as CSV/);
  expect(whyNoDocument(file("a.png", "image/png"))).toMatch(/picture/);
  expect(whyNoDocument(file("a.zip", "application/zip"))).toMatch(/of this kind are not read/);
  expect(whyNoDocument(file("a.txt", "text/plain", 0))).toBe("It is empty.");
  expect(whyNoDocument(file("a.txt", "text/plain", ASSET_BYTES + 1))).toMatch(/more than 100 MB. Split it/);
});
