import { expect, it } from "vitest";
import { addedText, arrivalText } from "./announced-texts.ts";

it("says what was added", () => {
  expect(addedText(["Write"])).toBe("Write added");
  expect(addedText(["Write", "Read"])).toBe("2 nodes added");
});

it("says who came and who went", () => {
  expect(arrivalText([], ["Ada", "Bo", "Cy"])).toBe("Ada, Bo and Cy are here now");
  expect(arrivalText(["Ada"], ["Bo"])).toBe("Bo is here now. Ada left");
  expect(arrivalText(["Ada"], ["Ada"])).toBe("");
});
