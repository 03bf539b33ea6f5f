import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

export interface Import {
  /** A path below the repository (`runtime/graph/ids.ts`), or a package or builtin as it is written. */
  readonly target: string;
  readonly internal: boolean;
  /** `import type …` and `export type … from`, which leave nothing at run time. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Relative to the repository, `/` between its parts. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const repository = fileURLToPath(new URL("../../", import.meta.url));
const folders = ["runtime", "nodes", "server", "canvas", "templates", "e2e", "bench", "scripts"];

/** Every TypeScript and JavaScript source of the repository, tests included. */
export function readSourceFiles(): SourceFile[] {
  return folders.flatMap((folder) => pathsBelow(folder)).map((path) => sourceFile(path, readFileSync(join(repository, path), "utf8")));
}

function pathsBelow(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name))
    .map((entry) => posix.join(...entry.parentPath.slice(repository.length).split(/[\\/]/), entry.name))
    .sort();
}

/** Statements start a line (the formatter sees to it); `import(…)` and `import("…").Type` may stand anywhere. */
const statement = /^\s*(?:import|export)\s+(type\s)?(?:[^;"'`]*?\sfrom\s*)?["']([^"']+)["']/gm;
const dynamic = /\bimport\(\s*["']([^"']+)["']/g;
const workerUrl = /new URL\(\s*["'](\.[^"']+\.(?:ts|tsx|mjs))["']\s*,\s*import\.meta\.url/g;

export function sourceFile(path: string, text: string): SourceFile {
  const imports = [
    ...[...text.matchAll(statement)].map(([, type, specifier = ""]) => resolve(path, specifier, type !== undefined)),
    ...[...text.matchAll(dynamic), ...text.matchAll(workerUrl)].map(([, specifier = ""]) => resolve(path, specifier, false)),
  ];
  return { path, text, imports };
}

function resolve(from: string, specifier: string, typeOnly: boolean): Import {
  const withoutQuery = specifier.replace(/\?.*$/, "");
  if (withoutQuery.startsWith("#")) return { target: withoutQuery.slice(1), internal: true, typeOnly };
  if (withoutQuery.startsWith(".")) return { target: posix.join(posix.dirname(from), withoutQuery), internal: true, typeOnly };
  return { target: specifier, internal: false, typeOnly };
}

/** Tests, and what is made for them alone: `testing/` folders and all of `e2e/`. */
export function isTest({ path }: { readonly path: string }): boolean {
  return /\.test\.tsx?$|\/testing\/|^e2e\//.test(path);
}
