import { expect, it } from "vitest";
import { isRepeatable } from "./is-repeatable.ts";

it.each([
  "return inputs.value;",
  "const total: number = inputs.prices.reduce((sum: number, price: number) => sum + price, 0);\nreturn Math.round(total);",
  "return inputs.updated && inputs.candidate_known && inputs.snow;",
  '{ "total": $sum(lines.(price * quantity)), "days": dates[0] }',
])("%s yields the same again", (source) => expect(isRepeatable(source)).toBe(true));

it.each([
  "return Date.now();",
  "return new Date().getFullYear();",
  "return Math.random();",
  "const { random: chance } = Math; return chance();",
  'return Math["ran" + "dom"]();',
  "return \\u0044ate();",
  "return crypto.randomUUID();",
  "return performance.now();",
  "return new Intl.DateTimeFormat('en').format();",
  "return globalThis['Da' + 'te']();",
  "return (() => 0).constructor('return 1')();",
  '{ "at": $now() }',
  "$millis()",
  "$random()",
  "$shuffle(list)",
  "$eval(text)",
])("%s may yield something else", (source) => expect(isRepeatable(source)).toBe(false));
