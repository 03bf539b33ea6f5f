import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { brokenGuards, brokenImports, guardedPackages, importCycles, importRules } from "./support/import-rules.ts";
import { isTest, readSourceFiles, sourceFile } from "./support/source-files.ts";
import { evaluatesText, medianLength, namesNodeType, tooLong } from "./support/text-rules.ts";

const files = readSourceFiles();
const sources = files.filter((file) => !isTest(file));
const nodeTypes = readdirSync(new URL("../nodes", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== "kit")
  .map((entry) => entry.name);
const switching = sources.filter(({ path }) => /^(runtime|server|canvas|nodes\/kit)\//.test(path));

describe("who may import whom", () => {
  it.each(importRules)("$name", (rule) => {
    expect(brokenImports(sources, rule)).toEqual([]);
  });

  it.each(guardedPackages)("$name", (guard) => {
    expect(brokenGuards(sources, guard)).toEqual([]);
  });

  it("only the generated catalogs import execute.ts and view.tsx", () => {
    const reached = sources.flatMap(({ path, imports }) => imports.map(({ target }) => ({ path, target })));
    const wrong = reached.filter(
      ({ path, target }) => /^nodes\/[^/]+\/(execute\.ts|view\.tsx)$/.test(target) && !/^nodes\/catalog\.(execute|view)\.ts$/.test(path),
    );
    expect(wrong).toEqual([]);
  });

  it("only tests, and the scripts that record runs, kill servers, fuzz documents and take the picture with a real server, import what is made for tests", () => {
    const allowed = ["scripts/chaos.ts", "scripts/fuzz.ts", "scripts/record-runs.ts", "scripts/screenshot.ts"];
    const made = sources
      .filter(({ path }) => !allowed.includes(path))
      .flatMap(({ path, imports }) => imports.filter(({ target }) => isTest({ path: target })).map(({ target }) => `${path} imports ${target}`));
    expect(made).toEqual([]);
  });

  it("no module reaches itself through imports (those of types alone are gone at run time and do not count)", () => {
    expect(importCycles(files)).toEqual([]);
  });
});

describe("what a source file may hold", () => {
  it("at most 400 lines, or a `// long:` reason at its top", async ({ annotate }) => {
    await annotate(`median ${medianLength(sources)} lines in ${sources.length} files; the aim is under 90`);
    expect(tooLong(files.filter(({ path }) => !/^nodes\/catalog\./.test(path)))).toEqual([]);
  });

  it("no node type by name outside its folder: switch on the role, or on what the definition says", () => {
    expect(namesNodeType(switching, nodeTypes)).toEqual([]);
  });

  it("nothing that runs text as code", () => {
    expect(evaluatesText(sources)).toEqual([]);
  });
});

describe("the rules can fail", () => {
  const broken = (path: string, text: string) => {
    const sample = [sourceFile(path, text)];
    return [...importRules.flatMap((rule) => brokenImports(sample, rule)), ...guardedPackages.flatMap((guard) => brokenGuards(sample, guard))].length > 0;
  };

  it.each([
    ["runtime/canonical.ts", 'import { a } from "#runtime/graph/ids.ts";'],
    ["runtime/graph/ids.ts", 'import { compile } from "../plan/compile.ts";'],
    ["runtime/node/ports.ts", 'import type { Run } from "#runtime/run/events.ts";'],
    ["runtime/node/ports.ts", 'import * as Y from "yjs";'],
    ["runtime/expression/parse.ts", 'import {\n  a,\n  b,\n} from "#runtime/plan/compile.ts";'],
    ["runtime/plan/compile.ts", 'export { fold } from "../run/fold.ts";'],
    ["runtime/run/schedule.ts", 'import { readFile } from "node:fs";'],
    ["runtime/run/schedule.ts", 'import "#server/config.ts";'],
    ["nodes/delay/node.ts", 'import { x } from "../merge/node.ts";'],
    ["nodes/delay/node.ts", 'import run from "./execute.ts";'],
    ["nodes/delay/execute.ts", 'import { request } from "undici";'],
    ["nodes/delay/view.tsx", 'import { Button } from "#canvas/ui/button.tsx";'],
    ["nodes/kit/mcp/service.ts", 'import { x } from "#nodes/delay/node.ts";'],
    ["nodes/catalog.data.ts", 'import run from "./delay/execute.ts";'],
    ["server/contract/runs.ts", 'import { pool } from "../store/database.ts";'],
    ["server/http/runs.ts", 'import { x } from "#nodes/catalog.view.ts";'],
    ["server/http/runs.ts", 'import { eq } from "drizzle-orm";'],
    ["canvas/app/main.tsx", 'const x = await import("#server/config.ts");'],
    ["canvas/app/main.tsx", 'import { join } from "path";'],
    ["server/http/page.ts", 'import { createElement } from "react";'],
    ["templates/welcome/index.ts", 'import { x } from "#canvas/board/board.tsx";'],
  ])("%s may not say %s", (path, text) => {
    expect(broken(path, text)).toBe(true);
  });

  it.each([
    ["runtime/graph/document.ts", 'import * as Y from "yjs";'],
    ["nodes/delay/execute.ts", 'import { delay } from "./node.ts";\nimport { clock } from "#nodes/kit/clock/service.ts";'],
    ["canvas/api/runs.ts", 'import { runRoutes } from "#server/contract/runs.ts";'],
    ["server/store/runs.ts", 'import { eq } from "drizzle-orm";'],
  ])("%s may say %s", (path, text) => {
    expect(broken(path, text)).toBe(false);
  });

  it("sees cycles of values and leaves those of types alone", () => {
    const cycle = (second: string) => importCycles([sourceFile("runtime/a.ts", 'import { b } from "./b.ts";'), sourceFile("runtime/b.ts", second)]);
    expect(cycle('import { a } from "#runtime/a.ts";')).toEqual(["runtime/a.ts → runtime/b.ts → runtime/a.ts"]);
    expect(cycle('import type { A } from "./a.ts";')).toEqual([]);
  });

  it("sees long files, and takes a reason", () => {
    const long = "const a = 1;\n".repeat(401);
    expect(tooLong([sourceFile("server/a.ts", long)])).toHaveLength(1);
    expect(tooLong([sourceFile("server/a.ts", `// long: one table, read as a whole\n${long}`)])).toEqual([]);
  });

  const named = (text: string) => namesNodeType([sourceFile("server/a.ts", text)], ["delay", "merge", "http-request"]);

  it.each([
    'if (node.type === "delay") return;',
    'if ("delay" !== nodeType) return;',
    'return planNode.definition?.type === "delay";',
    'switch (node.type) {\n  case "delay":\n    break;\n}',
    'catalog.get("delay")',
    'addNode(document, { type: "delay" })',
    'const first = { id, type: "delay", version: 1 };',
    'const known = ["delay", "merge"];',
    'const wanted = "http-request";',
  ])("sees a node type in %s", (text) => {
    expect(named(text)).toHaveLength(1);
  });

  it.each([
    'const reason = "delay";',
    'if (job.type === "delay") log("delay");',
    'push({ type: "delay", attempt: 1 })',
    'switch (node.role) {\n  case "merge":\n    break;\n}',
    'switch (node.type) {\n}\nswitch (command.type) {\n  case "delay":\n}',
    'node.type === "delay"; // not a node type',
    '// node.type === "delay"',
  ])("sees none in %s", (text) => {
    expect(named(text)).toEqual([]);
  });

  it.each(["eval(text)", "new Function(text)", 'import { runInNewContext } from "node:vm";', 'import vm from "vm";'])("refuses %s", (line) => {
    expect(evaluatesText([sourceFile("server/a.ts", line)])).toHaveLength(1);
  });
});
