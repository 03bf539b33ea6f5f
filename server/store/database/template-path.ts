import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { migrationsFolder } from "./migrations-folder.ts";

/**
 * Where the template of a new cluster is kept: beside the dependencies, named for the PGlite and the migrations that made it, so that another PGlite
 * and other migrations make their own.
 */
export function templatePath(): string {
  const entry = createRequire(import.meta.url).resolve("@electric-sql/pglite");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(join(dirname(entry), "..", "package.json"), "utf8")));
  return fileURLToPath(new URL(`../../../node_modules/.cache/heddle/pglite-${version}-${migrationsDigest()}.tar.gz`, import.meta.url));
}

/** Of their texts, not of their names alone: one that is still being written changes under its name. */
function migrationsDigest(): string {
  const hash = createHash("sha256");
  const files = readdirSync(migrationsFolder).filter((file) => file.endsWith(".sql"));
  for (const file of [join("meta", "_journal.json"), ...files.sort()]) hash.update(`${file}\n`).update(readFileSync(join(migrationsFolder, file)));
  return hash.digest("hex").slice(0, 16);
}
