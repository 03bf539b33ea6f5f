import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";

/**
 * One hash over the paths and contents of files and folders; what does not exist counts as absent.
 * @param {string} base paths are hashed relative to it
 * @param {readonly string[]} entries files or folders, relative to the base
 * @param {(path: string) => boolean} [include] asked with the relative path, `/` between its parts
 */
export function contentHash(base, entries, include = () => true) {
  const hash = createHash("sha256");
  for (const entry of entries) {
    for (const file of filesBelow(join(base, entry))) {
      const path = relative(base, file).split(sep).join("/");
      if (!include(path)) continue;
      const content = readFileSync(file);
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex");
}

/**
 * Every file at or below a path, in a stable order; nothing when it does not exist.
 * @param {string} path
 * @returns {Generator<string>}
 */
export function* filesBelow(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) yield path;
  if (!found?.isDirectory()) return;
  for (const name of readdirSync(path).sort()) yield* filesBelow(join(path, name));
}
