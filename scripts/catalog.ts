import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the catalogs from the folders of `nodes/`; with `--check` it writes nothing and exits 1 when one is stale. */

const root = join(import.meta.dirname, "..");
const nodes = join(root, "nodes");
const HEADER = "// Made by `npm run catalog` from the folders beside it. Do not edit.\n";

interface NodeFolder {
  type: string;
  /** Name under which node.ts exports the definition. */
  definition: string;
  hasExecute: boolean;
  hasView: boolean;
}

function readFolder(type: string): NodeFolder {
  const folder = join(nodes, type);
  const definition = /^export const (\w+) = defineNode\(/m.exec(readFileSync(join(folder, "node.ts"), "utf8"))?.[1];
  if (!definition) throw new Error(`nodes/${type}/node.ts has no line "export const … = defineNode(".`);
  return { type, definition, hasExecute: existsSync(join(folder, "execute.ts")), hasView: existsSync(join(folder, "view.tsx")) };
}

function readFolders(): NodeFolder[] {
  const entries = readdirSync(nodes, { withFileTypes: true });
  const types = entries.filter((entry) => entry.isDirectory() && existsSync(join(nodes, entry.name, "node.ts"))).map((entry) => entry.name);
  return types.sort().map(readFolder);
}

function dataCatalog(folders: NodeFolder[]): string {
  const imports = folders.map(({ type, definition }) => `import { ${definition} } from "./${type}/node.ts";`);
  return `${HEADER}import { type Catalog, createCatalog } from "#runtime/node/catalog.ts";
${imports.join("\n")}

/** Every node type, sorted by name. */
export const catalog: Catalog = createCatalog([${folders.map(({ definition }) => definition).join(", ")}]);
`;
}

function executeCatalog(folders: NodeFolder[]): string {
  const entries = folders.filter(({ hasExecute }) => hasExecute).map(({ type }) => `["${type}", async () => (await import("./${type}/execute.ts")).default]`);
  return `${HEADER}import type { NodeImplementation } from "#runtime/node/define.ts";

/** Loads the behaviour of a node type when it is first needed. Annotations have none. */
export const implementations: ReadonlyMap<string, () => Promise<NodeImplementation>> = new Map([${entries.join(", ")}]);
`;
}

function viewCatalog(folders: NodeFolder[]): string {
  const entries = folders.filter(({ hasView }) => hasView).map(({ type }) => `["${type}", () => import("./${type}/view.tsx")]`);
  return `${HEADER}import type { ReactNode } from "react";
import type { NodeViewProps } from "#runtime/node/view.ts";

/** Loads the card of a node type that has one of its own, for \`React.lazy\`. */
export const views: ReadonlyMap<string, () => Promise<{ default: (props: NodeViewProps) => ReactNode }>> = new Map([${entries.join(", ")}]);
`;
}

/** Throws `Error` with Biome's message when it cannot. */
function format(path: string, text: string): string {
  const biome = join(root, "node_modules", ".bin", "biome");
  const formatted = spawnSync(biome, ["check", "--write", `--stdin-file-path=${path}`], { cwd: root, input: text, encoding: "utf8", timeout: 60_000 });
  if (formatted.status !== 0) throw new Error(formatted.error?.message ?? formatted.stderr);
  return formatted.stdout;
}

const folders = readFolders();
const catalogs = { "catalog.data.ts": dataCatalog(folders), "catalog.execute.ts": executeCatalog(folders), "catalog.view.ts": viewCatalog(folders) };
const isCheck = process.argv.includes("--check");
const stale: string[] = [];
for (const [name, text] of Object.entries(catalogs)) {
  const path = join(nodes, name);
  const wanted = format(path, text);
  if (existsSync(path) && readFileSync(path, "utf8") === wanted) continue;
  stale.push(`nodes/${name}`);
  if (!isCheck) writeFileSync(path, wanted);
}
if (isCheck && stale.length > 0) {
  console.error(`Stale: ${stale.join(", ")}. Run \`npm run catalog\`.`);
  process.exitCode = 1;
} else {
  console.log(stale.length > 0 ? `Wrote ${stale.join(", ")}.` : "The catalogs are up to date.");
}
