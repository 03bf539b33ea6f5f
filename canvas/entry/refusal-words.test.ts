import { expect, it } from "vitest";
import { PROVIDER_REFUSALS } from "#server/contract/session.ts";
import { refusalText } from "./refusal-words.ts";

it("says each refusal in words of its own, with what to do", () => {
  const texts = PROVIDER_REFUSALS.map((code) => refusalText(code, "Loom ID"));
  expect(new Set(texts).size).toBe(PROVIDER_REFUSALS.length);
  for (const text of texts) expect(text).toMatch(/^[A-Z].+\.$/);
  expect(refusalText("not-invited", "Loom ID")).toContain("Loom ID. Ask somebody who is here to invite");
  expect(refusalText("cancelled", "the provider")).toBe("You left the provider without signing in. Nothing has happened.");
});

it("says nothing of what it does not know", () => {
  for (const refused of [null, "", "__proto__", "<b>pay here</b>"]) expect(refusalText(refused, "Loom ID")).toBeUndefined();
});
