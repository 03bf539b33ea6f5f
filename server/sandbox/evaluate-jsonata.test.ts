import { afterAll, describe, expect, it } from "vitest";
import { createSandbox } from "./create-sandbox.ts";

const sandbox = createSandbox({ workers: 1 });
afterAll(() => sandbox.close());

const limits = { timeoutMs: 3000, memoryBytes: 16 * 1024 * 1024, outputBytes: 64 * 1024 };
const evaluate = (expression: string, input: unknown = {}, timeoutMs = limits.timeoutMs) =>
  sandbox.evaluateJsonata({ expression, input, limits: { ...limits, timeoutMs }, signal: new AbortController().signal });

describe("JSONata", () => {
  it("maps JSON to JSON", async () => {
    expect(
      await evaluate("orders[price > 1].{ 'id': id, 'total': price * 2 }", {
        orders: [
          { id: "a", price: 1 },
          { id: "b", price: 3 },
          { id: "c", price: 4 },
        ],
      }),
    ).toEqual([
      { id: "b", total: 6 },
      { id: "c", total: 8 },
    ]);
    expect(await evaluate("missing")).toBeNull();
    expect(await evaluate("$map([1, 2], function($n) { $n + 1 })")).toEqual([2, 3]);
    expect(await evaluate("$ ~> | item | { 'constructor': 2 } |", { item: { a: 1 } })).toEqual({ item: { a: 1, constructor: 2 } });
  });

  it("says what is wrong, and where", async () => {
    await expect(evaluate("a +\n  ) ")).rejects.toMatchObject({ code: "expression", happened: "no", details: { position: expect.any(Number), line: 2 } });
    await expect(evaluate("$sum('x')")).rejects.toMatchObject({ code: "expression", details: { code: "T0412", position: expect.any(Number) } });
    await expect(evaluate("{ 'f': function($x) { $x } }")).rejects.toMatchObject({ code: "expression", message: expect.stringContaining("f is a function") });
    await expect(evaluate("$sum")).rejects.toMatchObject({ code: "expression" });
  });

  it.each([
    "($f := function() { $f() }; $f())",
    "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', /(a+)+$/)",
    "($f := function($n) { $n = 0 ? 0 : $f($n - 1) + $f($n - 1) }; $f(30))",
  ])("ends the slow %s", async (expression) => {
    const begin = performance.now();
    await expect(evaluate(expression, {}, 200)).rejects.toMatchObject({ code: "timeout", happened: "no" });
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(await evaluate("1 + 1")).toBe(2);
  });

  it.each([
    "($f := function($a) { $f($append($a, $a)) }; $f([1..1000]))",
    "($f := function($a) { $f($a & $a & 'x') }; $f('xxxxxxxx'))",
    "$join([1..5000000].'abcdefgh')",
  ])("bounds the memory of %s", async (expression) => {
    await expect(evaluate(expression, {}, 20_000)).rejects.toMatchObject({ code: "limit", happened: "no" });
    expect(await evaluate("1 + 1")).toBe(2);
  });

  it("has what the library expects of its host", async () => {
    expect(await evaluate("[$base64encode('héllo'), $base64decode('aGk='), $now() > '2020', $uppercase('ä'), $formatNumber(1234.5, '#,##0.00')]")).toEqual([
      "aOlsbG8=",
      "hi",
      true,
      "Ä",
      "1,234.50",
    ]);
    expect(await evaluate("($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(25))")).toBe(25);
  });

  it("bounds depth and output", async () => {
    await expect(evaluate("($f := function($n) { 1 + $f($n + 1) }; $f(0))", {}, 15_000)).rejects.toMatchObject({ code: "limit" });
    await expect(evaluate("$pad('x', 70000)", {}, 15_000)).rejects.toMatchObject({ code: "limit" });
    await expect(evaluate("$", { deep: JSON.parse(`${"[".repeat(100)}${"]".repeat(100)}`) }, 15_000)).rejects.toMatchObject({ code: "limit" });
  });

  it.each([
    "constructor",
    "__proto__",
    "toString.constructor",
    "$lookup($, 'constructor')",
    "'text'.constructor",
    "[1].constructor",
    "$spread('a').constructor",
  ])("does not reach the host through %s", async (expression) => {
    expect(await evaluate(expression, { a: 1 })).toBeNull();
  });

  it("cannot change what the next evaluation sees", async () => {
    await evaluate("{} ~> | $ | { '__proto__': { 'leak': 1 } } |").catch(() => undefined);
    await evaluate("($clone := function($o) { $sum }; {} ~> | $ | { 'implementation': function($x) { 42 } } |)").catch(() => undefined);
    await evaluate("$eval('($clone := function($o) { $count }; {} ~> \\u007c $ \\u007c { \"implementation\": function($x) { 42 } } \\u007c)')").catch(
      () => undefined,
    );
    expect(await evaluate("[$sum([1, 2]), $count([1, 2, 3]), leak]")).toEqual([3, 3]);
  });
});
