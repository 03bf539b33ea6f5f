import { builtinModules } from "node:module";
import type { Import, SourceFile } from "./source-files.ts";

/** What the files of one room may import. Tests are free: they may reach for whatever they check. */
export interface ImportRule {
  readonly name: string;
  readonly files: RegExp;
  readonly except?: RegExp;
  /** Paths of this repository that may be imported; `$1` stands for the first group of `files`. */
  readonly internal: readonly string[];
  /** Packages that may be imported; absent means any. */
  readonly packages?: readonly string[];
}

/** Libraries that compute and do nothing else: no network, no disk, no page. Add one here when it is like that. */
const pure = ["zod", "@noble/hashes", "graphology", "graphology-types", "graphology-components", "graphology-dag"];
const pureLanguages = ["@marcbachmann/cel-js", "re2js", "jsonata", "@cfworker/json-schema"];
const crdt = ["yjs", "lib0"];
const page = ["react", "lucide-react"];

const base = "^runtime/[^/]+$";
const layer = (...names: string[]) => [base, `^runtime/(${names.join("|")})/`];

export const importRules: readonly ImportRule[] = [
  { name: "files directly in runtime import nothing above them", files: /^runtime\/[^/]+$/, internal: [base], packages: pure },
  {
    name: "runtime/graph knows no plan, run or expression, and alone knows yjs",
    files: /^runtime\/graph\//,
    internal: layer("graph", "node"),
    packages: [...pure, ...crdt],
  },
  {
    name: "runtime/expression knows no plan and no run",
    files: /^runtime\/expression\//,
    internal: layer("expression", "graph", "node"),
    packages: [...pure, ...pureLanguages],
  },
  {
    name: "runtime/node knows no plan and no run",
    files: /^runtime\/node\//,
    internal: layer("node", "graph", "expression"),
    packages: [...pure, ...pureLanguages],
  },
  {
    name: "runtime/plan knows no run",
    files: /^runtime\/plan\//,
    internal: layer("plan", "node", "graph", "expression"),
    packages: [...pure, ...pureLanguages],
  },
  { name: "runtime/run imports runtime only", files: /^runtime\/run\//, internal: ["^runtime/"], packages: [...pure, ...pureLanguages] },
  {
    name: "a node folder imports runtime, the kit and itself",
    files: /^nodes\/(?!kit\/)([^/]+)\//,
    except: /\/view\.tsx$/,
    internal: ["^runtime/", "^nodes/kit/", "^nodes/$1/(?!(execute\\.ts|view\\.tsx)$)"],
    packages: [...pure, ...pureLanguages],
  },
  {
    name: "a node's view imports React, runtime, the kit and its own folder",
    files: /^nodes\/(?!kit\/)([^/]+)\/view\.tsx$/,
    internal: ["^runtime/", "^nodes/kit/", "^nodes/$1/(?!execute\\.ts$)"],
    packages: [...pure, ...page],
  },
  {
    name: "the kit imports runtime and itself",
    files: /^nodes\/kit\//,
    internal: ["^runtime/", "^nodes/kit/"],
    packages: [...pure, ...pureLanguages, ...page],
  },
  { name: "the data catalog imports definitions only", files: /^nodes\/catalog\.data\.ts$/, internal: ["^runtime/", "^nodes/[^/]+/node\\.ts$"], packages: [] },
  { name: "the contract imports runtime and zod", files: /^server\/contract\//, internal: ["^runtime/", "^server/contract/"], packages: ["zod"] },
  {
    name: "the server imports runtime, the kit, the data and execute catalogs, templates",
    files: /^server\//,
    internal: ["^runtime/", "^nodes/kit/", "^nodes/catalog\\.(data|execute)\\.ts$", "^server/", "^templates/", "^package\\.json$"],
  },
  {
    name: "the canvas imports runtime, the data and view catalogs, the API contract",
    files: /^canvas\//,
    internal: ["^runtime/", "^nodes/catalog\\.(data|view)\\.ts$", "^canvas/", "^server/contract/"],
  },
  { name: "templates import neither server nor canvas", files: /^templates\//, internal: ["^runtime/", "^templates/"], packages: ["zod"] },
];

/** Packages that only some files may import, wherever else they are allowed. */
export const guardedPackages: readonly { readonly name: string; readonly packages: RegExp; readonly allowed: RegExp }[] = [
  {
    name: "only server/store speaks to a database",
    packages: /^(drizzle-orm|drizzle-kit|pg|@electric-sql\/pglite[^/]*)(\/|$)/,
    allowed: /^(server\/store|bench)\//,
  },
  {
    name: "React stays in the canvas, in views, and in the page they are measured against",
    packages: /^(react|react-dom|@xyflow\/react)(\/|$)/,
    allowed: /^(canvas\/|nodes\/.*\.tsx$|nodes\/catalog\.view\.ts$|bench\/bare-flow\/)/,
  },
  {
    name: "Node builtins stay out of the browser's code",
    packages: /^node:/,
    allowed: /^(server\/(?!contract\/)|templates\/|scripts\/|bench\/|nodes\/catalog\.execute\.ts$)/,
  },
];

/** One line per import that breaks the rule. */
export function brokenImports(files: readonly SourceFile[], rule: ImportRule): string[] {
  return files.flatMap(({ path, imports }) => {
    const matched = rule.except?.test(path) ? null : rule.files.exec(path);
    if (matched === null) return [];
    const internal = rule.internal.map((pattern) => new RegExp(pattern.replace("$1", matched[1] ?? "")));
    return imports.filter((found) => !mayImport(found, internal, rule.packages)).map(({ target }) => `${path} imports ${target}`);
  });
}

function mayImport({ target, internal }: Import, paths: readonly RegExp[], packages: readonly string[] | undefined): boolean {
  if (internal) return paths.some((pattern) => pattern.test(target));
  return packages === undefined || packages.some((name) => target === name || target.startsWith(`${name}/`));
}

export function brokenGuards(files: readonly SourceFile[], { packages, allowed }: (typeof guardedPackages)[number]): string[] {
  return files.flatMap(({ path, imports }) =>
    imports
      .filter(({ target, internal }) => !internal && packages.test(withPrefix(target)) && !allowed.test(path))
      .map(({ target }) => `${path} imports ${target}`),
  );
}

function withPrefix(target: string): string {
  return builtinModules.includes(target) ? `node:${target}` : target;
}

/** The first import cycle through each file, as a path; type-only imports are left out, since they are gone at run time. */
export function importCycles(files: readonly SourceFile[]): string[] {
  const targets = new Map(
    files.map(({ path, imports }) => [path, imports.filter(({ internal, typeOnly }) => internal && !typeOnly).map(({ target }) => target)]),
  );
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const seenAt = trail.indexOf(path);
    if (seenAt >= 0) cycles.push([...trail.slice(seenAt), path].join(" → "));
    if (seenAt >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return cycles;
}
