// Runs a program with Node >= 24 on a machine that has any Node >= 18 and npm. Usage: node scripts/with-node.mjs FILE ARGS…
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { Failure, script, step } from "./support/console.mjs";
import { cacheDirectory, isMain, root } from "./support/paths.mjs";
import { exitOf, run, startProcess } from "./support/processes.mjs";

const wantedMajor = 24;
const wantedVersion = "24.21.0";
const rememberedFile = join(cacheDirectory, "node.txt");

/** @type {Promise<string> | undefined} */
let found;

/**
 * The path of a Node >= 24: our own, the one remembered in node_modules/.cache, or one fetched once through npm.
 * @returns {Promise<string>}
 */
export function findNode() {
  found ??= locateNode();
  return found;
}

/** `npm ci` empties node_modules: call this after it, so that the next start need not ask npm again. */
export async function rememberNode() {
  const node = await findNode();
  if (node === process.execPath) return;
  mkdirSync(cacheDirectory, { recursive: true });
  writeFileSync(rememberedFile, node);
}

async function locateNode() {
  if (majorOf(process.version) >= wantedMajor) return process.execPath;
  if (majorOf(process.version) < 18) throw new Failure(`Heddle needs Node 18 or newer to start; this is ${process.version}. Get it from https://nodejs.org`);
  const remembered = existsSync(rememberedFile) ? readFileSync(rememberedFile, "utf8") : "";
  if (remembered !== "" && (await answers(remembered))) return remembered;
  const fetched = await step(`Node ${wantedVersion} through npm (this is ${process.version})`, fetchNode);
  mkdirSync(cacheDirectory, { recursive: true });
  writeFileSync(rememberedFile, fetched);
  return fetched;
}

/** The `node` package fetches its binary in an install script; where those are blocked, the package of the platform itself has none. */
async function fetchNode() {
  let said = "";
  for (const name of ["node", platformPackage()]) {
    const { code, output } = await npm(["exec", "--yes", `--package=${name}@${wantedVersion}`, "--", "node", "-p", "process.execPath"]);
    const path = output.trim().split("\n").at(-1) ?? "";
    if (code === 0 && (await answers(path))) return path;
    said += output;
  }
  throw new Failure(`Heddle runs on Node ${wantedMajor} or newer; this is ${process.version}, and npm could not fetch one:\n\n${said.trim().split("\n").slice(0, 8).join("\n")}

Check the network connection and try again, or install Node ${wantedMajor} from https://nodejs.org`);
}

function platformPackage() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  return `${platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node"}-${platform}-${process.arch}`;
}

/** @param {string} version such as v24.21.0 */
function majorOf(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}

/**
 * True when this is a Node that is new enough.
 * @param {string} path
 */
async function answers(path) {
  try {
    const { stdout } = await promisify(execFile)(path, ["--version"], { timeout: 20_000 });
    return majorOf(stdout) >= wantedMajor;
  } catch {
    return false;
  }
}

/**
 * Runs npm with the Node that runs us, and collects its output.
 * @param {readonly string[]} args
 */
export function npm(args) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && basename(cli) === "npm-cli.js") return run(process.execPath, [cli, ...args], { cwd: root });
  return run("npm", args, { cwd: root, shell: process.platform === "win32" });
}

const quickResolve = new URL("./support/quick-resolve.mjs", import.meta.url);

/**
 * The environment of everything we start: `node` is the new one, compiled code is kept between starts, and what is slow to load is helped.
 * @param {string} node
 * @param {Record<string, string | undefined>} [extra]
 */
export function nodeEnvironment(node, extra = {}) {
  const path = [dirname(node), process.env.PATH ?? ""].join(delimiter);
  const given = process.env.NODE_OPTIONS ?? "";
  const options = given.includes(quickResolve.href) ? given : `${given} --import ${quickResolve.href}`.trim();
  return { NODE_COMPILE_CACHE: join(cacheDirectory, "compiled"), ...process.env, NODE_OPTIONS: options, PATH: path, ...extra };
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const node = await findNode();
    return exitOf(startProcess(node, process.argv.slice(2), { env: nodeEnvironment(node) }));
  });
}
