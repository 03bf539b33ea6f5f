import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout: every script works on it, whatever the current directory is. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Lives inside node_modules, so `npm ci` empties it. */
export const cacheDirectory = join(root, "node_modules", ".cache", "heddle");

export const distDirectory = join(root, "dist");

/** @param {...string} parts below node_modules */
export const packagePath = (...parts) => join(root, "node_modules", ...parts);

/**
 * True when a module is the program that was started, not an import of another; paths may go through symbolic links.
 * @param {string} moduleUrl
 */
export function isMain(moduleUrl) {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === realpathSync(fileURLToPath(moduleUrl));
}
