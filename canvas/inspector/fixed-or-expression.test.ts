import { expect, it } from "vitest";
import { asExpression, asFixed } from "./fixed-or-expression.ts";

it.each([5, true, "GET", ["a"], { deep: { list: [1] } }])("%j goes to an expression and back", (value) => {
  expect(asExpression(value)).toContain("{{");
  expect(asFixed(asExpression(value), undefined)).toEqual(value);
});

it("keeps nothing that cannot be taken over", () => {
  expect(asExpression(undefined)).toBe("{{ }}");
  expect(asExpression("x".repeat(2_000))).toBe("{{ }}");
  expect(asFixed("{{ inputs.n + 1 }}", 3)).toBe(3);
});
