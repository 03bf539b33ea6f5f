import { afterAll, describe, expect, it } from "vitest";
import type { SandboxLimits, SandboxLog } from "#nodes/kit/code/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { createSandbox } from "./create-sandbox.ts";

const sandbox = createSandbox({ workers: 2 });
afterAll(() => sandbox.close());

const usual: SandboxLimits = { timeoutMs: 2000, memoryBytes: 16 * 1024 * 1024, outputBytes: 64 * 1024 };

interface Extras {
  inputs?: Record<string, unknown>;
  limits?: Partial<SandboxLimits>;
  language?: "javascript" | "typescript";
  onLog?: (line: SandboxLog) => void;
  signal?: AbortSignal;
}

const run = (source: string, { inputs = {}, limits = {}, language = "javascript", onLog, signal = new AbortController().signal }: Extras = {}) =>
  sandbox.runCode({ source, language, inputs, limits: { ...usual, ...limits }, signal, ...(onLog === undefined ? {} : { onLog }) });

async function failure(promise: Promise<unknown>): Promise<NodeError> {
  const error = await promise.then(
    (value) => new Error(`It succeeded with ${JSON.stringify(value)}.`),
    (thrown: unknown) => thrown,
  );
  if (error instanceof NodeError) return error;
  throw error;
}

describe("running code", () => {
  it("returns JSON made from inputs", async () => {
    expect(await run("return { sum: inputs.list.reduce((a, b) => a + b, 0), at: new Date(0) };", { inputs: { list: [1, 2, 3] } })).toEqual({
      sum: 6,
      at: "1970-01-01T00:00:00.000Z",
    });
    expect(await run("")).toBeNull();
    expect(await run("return [undefined, { a: undefined }];")).toEqual([null, {}]);
  });

  it("waits for promises the code makes", async () => {
    expect(await run("const all = await Promise.all([1, 2].map(async (n) => { await null; return n * 2; })); return all;")).toEqual([2, 4]);
  });

  it("strips types and keeps the lines", async () => {
    expect(await run("const n: number = inputs.n as number;\nreturn n + 1;", { language: "typescript", inputs: { n: 1 } })).toBe(2);
    const enumError = await failure(run("let a = 1;\nenum Color { Red }", { language: "typescript" }));
    expect(enumError).toMatchObject({ code: "code", happened: "no", details: { line: 2 } });
    const syntax = await failure(run("let a = 1;\n\nlet x: = 3;", { language: "typescript" }));
    expect(syntax).toMatchObject({ code: "code", details: { line: 3, column: 8 } });
    const thrown = await failure(run("type A = string;\n\nconst a: A = inputs.b.c;", { language: "typescript" }));
    expect(thrown).toMatchObject({ code: "code", details: { line: 3 } });
  });

  it("says where the code threw", async () => {
    const error = await failure(run("function deep() {\n  throw new TypeError('bad value');\n}\ndeep();"));
    expect(error).toMatchObject({ code: "code", happened: "no", details: { line: 2 } });
    expect(error.message).toBe("TypeError: bad value (line 2)");
    expect(error.details?.stack).toEqual([expect.stringMatching(/^deep \(line 2:\d+\)$/), expect.stringMatching(/^line 4:\d+$/)]);
    expect((await failure(run("throw 'just text';"))).message).toBe("The code threw: just text");
    expect(await failure(run("return 1 +;"))).toMatchObject({ code: "code", details: { line: 1, column: 11 } });
    expect(await failure(run("if (true) {\n return 1;"))).toMatchObject({ code: "code", details: { line: 2 } });
    expect((await failure(run("throw { get message() { throw 1; }, toString() { throw 2; } };"))).code).toBe("code");
  });

  it("refuses results that JSON cannot hold, naming the place", async () => {
    const messageOf = async (source: string) => {
      const error = await failure(run(source));
      expect(error.code).toBe("code");
      return error.message;
    };
    expect(await messageOf("return { a: [() => 1] };")).toContain("a[0] is a function");
    expect(await messageOf("const a = { b: {} }; a.b.c = a; return a;")).toContain("b.c contains itself");
    expect(await messageOf("return 10n;")).toContain("bigint");
    expect(await messageOf("return { n: 0 / 0 };")).toContain("n is NaN");
    expect(await messageOf("return [Promise.resolve(1)];")).toContain("[0] is a promise");
    expect(await messageOf("return new Map();")).toContain("Map");
    expect(await messageOf("return JSON.parse('{\"__proto__\": 1}');")).toContain("__proto__");
  });
});

describe("what code cannot reach", () => {
  it("has no timers, network, files, modules or host globals", async () => {
    const names = ["setTimeout", "fetch", "process", "require", "XMLHttpRequest", "WebAssembly", "Buffer", "emit", "std", "os"];
    expect(await run(`return [${names.map((name) => `typeof ${name}`).join(",")}];`)).toEqual(names.map(() => "undefined"));
    expect((await failure(run("await import('fs');"))).code).toBe("code");
    expect(await run("return (async () => {}).constructor('return typeof process')();")).toBe("undefined");
  });

  it("leaves nothing behind for the next run", async () => {
    const poison =
      "Object.prototype.leak = 1; Array.prototype.map = () => 'mine'; JSON.stringify = () => 'no'; globalThis.kept = 2; console.log = 1; return 'done';";
    await Promise.all(Array.from({ length: 4 }, () => run(poison)));
    const look = "return [({}).leak ?? null, [1].map((n) => n), typeof kept, JSON.stringify(1), typeof console.log];";
    for (const seen of await Promise.all(Array.from({ length: 6 }, () => run(look)))) expect(seen).toEqual([null, [1], "undefined", "1", "function"]);
  });

  it("cannot forge its result by changing built-ins", async () => {
    expect(await run("Object.prototype.toJSON = () => 'forged'; JSON.stringify = () => '{'; Array.prototype.toJSON = () => 1; return { a: [1] };")).toBe(
      "forged",
    );
    const error = await failure(
      run("JSON.stringify = () => { throw 1; }; Object.keys = () => []; let deep = 1; for (let i = 0; i < 500; i++) deep = [deep]; return deep;"),
    );
    expect(error.code).toBe("limit");
  });
});

describe("limits", () => {
  const endless = [
    "for (;;) {}",
    "try { for (;;) {} } catch { return 1; } finally { for (;;) {} }",
    "for (;;) await null;",
    "const again = () => Promise.resolve().then(again); again(); await new Promise(() => {});",
    "return /(a+)+$/.test('a'.repeat(40) + 'b');",
    "return { toJSON() { for (;;) {} } };",
  ];
  it.each(endless)("ends %s", async (source) => {
    const begin = performance.now();
    expect(await failure(run(source, { limits: { timeoutMs: 150 } }))).toMatchObject({ code: "timeout", happened: "no" });
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it("says at once that a promise never settles", async () => {
    const error = await failure(run("await new Promise(() => {});", { limits: { timeoutMs: 60_000 } }));
    expect(error).toMatchObject({ code: "code", message: expect.stringContaining("never settles") });
  });

  const hungry = [
    "const all = []; for (;;) all.push([all.length, {}]);",
    "let text = 'x'.repeat(1000); const all = []; for (;;) { text += text; all.push(text + all.length); }",
    "return new Uint8Array(1e9).length;",
    "const all = new Map(); for (let i = 0; ; i++) all.set(i, { i });",
    "const all = []; for (;;) { try { for (;;) all.push({ a: [all.length] }); } catch (error) { throw error; } }",
  ];
  it.each(hungry)("bounds the memory of %s", async (source) => {
    expect((await failure(run(source, { limits: { timeoutMs: 10_000, memoryBytes: 4 * 1024 * 1024 } }))).code).toBe("limit");
    expect(await run("return 1;")).toBe(1);
  });

  const deep = [
    "function f() { return f(); } f();",
    "const f = () => [1, 2].sort(f); f();",
    "return JSON.parse('['.repeat(200000) + ']'.repeat(200000));",
    `return ${"(".repeat(20_000)}1${")".repeat(20_000)};`,
    "let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x;",
  ];
  it.each(deep.map((source) => [source.slice(0, 60), source]))("bounds the stack of %s", async (_title, source) => {
    expect((await failure(run(source, { limits: { memoryBytes: 64 * 1024 * 1024 } }))).code).toBe("limit");
    expect(await run("return 1;")).toBe(1);
  });

  it("bounds the result", async () => {
    expect((await failure(run("return 'x'.repeat(65537);"))).code).toBe("limit");
    expect((await failure(run("return '\\u20ac'.repeat(40000);"))).code).toBe("limit");
    expect((await failure(run("return new Array(1e9);"))).code).toBe("limit");
    expect((await failure(run("let a = []; for (let i = 0; i < 40; i++) a = [a, a]; return a;"))).code).toBe("limit");
    expect(await run("return 'x'.repeat(60000).length;")).toBe(60_000);
  });

  it("captures the console and drops a flood", async () => {
    const lines: SandboxLog[] = [];
    const onLog = (line: SandboxLog) => lines.push(line);
    await run("console.log('a', 1, { b: [2] }, undefined, null); console.error(new RangeError('no')); console.debug('x'.repeat(9000));", { onLog });
    expect(lines.slice(0, 2)).toEqual([
      { level: "info", message: 'a 1 {"b":[2]} undefined null' },
      { level: "error", message: "RangeError: no" },
    ]);
    expect(lines[2]?.message.length).toBeLessThan(8300);
    lines.length = 0;
    await run("for (let i = 0; i < 100000; i++) console.log(i);", { onLog });
    expect(lines.length).toBe(1001);
    expect(lines[999]?.message).toBe("999");
    expect(lines[1000]?.message).toContain("dropped");
  });
});
