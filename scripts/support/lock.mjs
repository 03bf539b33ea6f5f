import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { say } from "./console.mjs";
import { distDirectory } from "./paths.mjs";

const heartbeatMs = 5_000;
/** A holder that was killed leaves its file behind; one that lives touches it every 5 s. */
const staleMs = 60_000;
const pollMs = 300;

/**
 * Runs the work while no other process of this checkout runs work of the same name. The file is outside node_modules, which `npm ci` empties.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {string} [directory]
 * @returns {Promise<T>}
 */
export async function withLock(name, work, directory = distDirectory) {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, `.${name}.lock`);
  await take(file, name);
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  const heartbeat = setInterval(() => utimesSync(file, new Date(), new Date()), heartbeatMs);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.removeListener("exit", release);
    release();
  }
}

/**
 * @param {string} file
 * @param {string} name
 */
async function take(file, name) {
  let told = false;
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
    }
    if (isStale(file)) rmSync(file, { force: true });
    else {
      if (!told) say(`  … another ${name} is running in this checkout; waiting for it`);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}

/** @param {string} file */
function isStale(file) {
  try {
    const holder = Number(readFileSync(file, "utf8"));
    const age = Date.now() - statSync(file).mtimeMs;
    // A file without a number was created an instant ago by a process that has not written its pid yet.
    if (!Number.isInteger(holder) || holder <= 0) return age > heartbeatMs;
    return age > staleMs || !isAlive(holder);
  } catch {
    return false;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
