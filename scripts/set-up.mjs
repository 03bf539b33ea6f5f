// Installs exactly what package-lock.json names, when that is not what node_modules holds already.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure, say, script, step } from "./support/console.mjs";
import { withLock } from "./support/lock.mjs";
import { cacheDirectory, isMain, packagePath, root } from "./support/paths.mjs";
import { findNode, npm, rememberNode } from "./with-node.mjs";

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage */

const lockFile = join(root, "package-lock.json");
const installedFile = packagePath(".package-lock.json");
const stampFile = join(cacheDirectory, "set-up.json");

/**
 * Makes the checkout ready to run: a Node >= 24 and the packages of the lockfile.
 * @returns {Promise<string>} the path of that Node
 */
export async function setUp() {
  const node = await findNode();
  if (readStamp() !== presentStamp()) await withLock("set-up", installWhenNeeded);
  return node;
}

async function installWhenNeeded() {
  const stamp = presentStamp();
  if (stamp !== undefined && readStamp() === stamp) return;
  if (!isInstalled(lockFile, installedFile)) await install();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, presentStamp() ?? "");
  await rememberNode();
}

async function install() {
  const count = Object.keys(readPackages(lockFile)).length;
  say(`  Installing ${count} packages with npm ci: a few minutes the first time`);
  await step("packages", async (done) => {
    // No package of ours needs its install script, and scripts are what a bad release would run first.
    const { code, output } = await npm(["ci", "--include=dev", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (code !== 0) throw new Failure(explainInstallFailure(output));
    done("installed");
  });
}

/** What the stamp must say for the present lockfile and the present node_modules; undefined when nothing is installed. */
function presentStamp() {
  const installed = statSync(installedFile, { throwIfNoEntry: false });
  if (installed === undefined) return undefined;
  const lock = createHash("sha256").update(readFileSync(lockFile)).digest("hex");
  return JSON.stringify({ lock, installed: [installed.size, installed.mtimeMs], platform: `${process.platform}-${process.arch}` });
}

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, "utf8") : "";
}

/**
 * True when every package of the lockfile is there in its version; optional ones may be absent (they are for other platforms).
 * @param {string} lockPath package-lock.json
 * @param {string} installedPath node_modules/.package-lock.json, which npm writes last
 */
export function isInstalled(lockPath, installedPath) {
  if (!existsSync(installedPath)) return false;
  const installed = readPackages(installedPath);
  const directory = dirname(lockPath);
  return Object.entries(readPackages(lockPath)).every(([path, wanted]) => {
    if (path === "") return true;
    const found = installed[path];
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true || wanted.peer === true;
    return found.version === wanted.version && existsSync(join(directory, path, "package.json"));
  });
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage>}
 */
function readPackages(path) {
  return JSON.parse(readFileSync(path, "utf8")).packages ?? {};
}

/** @type {readonly (readonly [RegExp, string])[]} */
const causes = [
  [/ENOSPC/, "The disk is full: the packages need about 500 MB. Free some space and try again."],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i,
    "The package registry cannot be reached. Check the network (or proxy) and try again.",
  ],
  [/EACCES|EPERM|EROFS/, "node_modules cannot be written. Check who owns the folder; a file in it may be in use."],
  [
    /can only install packages when your package\.json and package-lock\.json/,
    "package-lock.json does not belong to package.json. Run `npm install`, then `node scripts/complete-lock.mjs`, and commit both.",
  ],
];

/**
 * What went wrong in words, and the first lines of what npm said.
 * @param {string} output
 */
export function explainInstallFailure(output) {
  const cause = causes.find(([pattern]) => pattern.test(output))?.[1] ?? "npm said:";
  const reason = output.trim().split("\n").slice(0, 12).join("\n");
  return `The packages could not be installed. ${cause}\n\n${reason}`;
}

if (isMain(import.meta.url)) {
  await script(async () => {
    await setUp();
  });
}
