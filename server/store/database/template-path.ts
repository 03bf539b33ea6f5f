import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** Where the template of an empty cluster is kept: beside the dependencies, named for the PGlite that made it, so that a new one makes its own. */
export function templatePath(): string {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8")));
  return fileURLToPath(new URL(`../../../node_modules/.cache/heddle/pglite-${version}.tar.gz`, import.meta.url));
}
