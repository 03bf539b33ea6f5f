import { expect, it } from "vitest";
import { parseExactJson, stringifyExactJson } from "./exact-json.ts";

it("keeps every digit of a seed, both ways", () => {
  const text = '{"seed":18446744073709551615,"low":-9223372036854775808,"step":0.25,"big":1e30,"list":[9007199254740993,9007199254740991]}';
  const value = parseExactJson(text);
  expect(value).toEqual({ seed: 18446744073709551615n, low: -9223372036854775808n, step: 0.25, big: 1e30, list: [9007199254740993n, 9007199254740991] });
  expect(stringifyExactJson(value)).toBe(text.replace("1e30", "1e+30"));
});

it("takes what Python writes for no number, and leaves texts alone", () => {
  expect(parseExactJson('{"a":NaN,"b":[-Infinity,Infinity],"NaN":"is \\"NaN\\" here, Infinity"}')).toEqual({
    a: null,
    b: [null, null],
    NaN: 'is "NaN" here, Infinity',
  });
  expect(() => parseExactJson("{NaN")).toThrow(SyntaxError);
});
