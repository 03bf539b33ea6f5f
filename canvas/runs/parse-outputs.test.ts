import { expect, test } from "vitest";
import { parseOutputs } from "./parse-outputs.ts";

const ports = ["text", "result"];

test("outputs are an object by port; a port may be left out", () => {
  expect(parseOutputs('{"result":{"id":4}}', ports)).toEqual({ ok: true, value: { result: { id: 4 } } });
});

test.each([
  ["{", /Not JSON yet/],
  ["[1]", /Write an object/],
  ["null", /Write an object/],
  ['{"other":1}', /no output "other".*text, result/],
])("%s is refused with what to do", (text, message) => {
  expect(parseOutputs(text, ports)).toMatchObject({ ok: false, message: expect.stringMatching(message) });
});
