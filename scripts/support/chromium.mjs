import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { nodeEnvironment } from "../with-node.mjs";
import { Failure, step } from "./console.mjs";
import { packagePath } from "./paths.mjs";
import { run } from "./processes.mjs";

/** It draws without a graphics card, and asks for nothing outside by itself. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * A Chromium that is here and starts: CHROMIUM_PATH, the system's, or the one Playwright downloaded.
 * @returns {Promise<string | undefined>}
 */
export async function findChromium() {
  const asked = process.env.CHROMIUM_PATH;
  if (asked !== undefined && asked !== "") {
    if (!starts(asked)) throw new Failure(`CHROMIUM_PATH is ${asked}, which is not a browser that starts.`);
    return asked;
  }
  const { chromium } = await import(pathToFileURL(packagePath("playwright", "index.mjs")).href);
  return [...systemPaths, chromium.executablePath()].find(starts);
}

/**
 * The same, and installs one when there is none.
 * @param {string} node path of a Node >= 24
 * @returns {Promise<string>}
 */
export async function findOrInstallChromium(node) {
  const present = await findChromium();
  if (present !== undefined) return present;
  const said = await step("Chromium for the browser tests", () => install(node));
  const installed = await findChromium();
  if (installed !== undefined) return installed;
  throw new Failure(`The browser tests need Chromium, and it could not be installed here:\n\n${said}

Install Chromium or Chrome with the system's package manager, or set CHROMIUM_PATH to one.`);
}

/**
 * Tries every way of this machine; whether it worked is seen by looking again.
 * @param {string} node
 * @returns {Promise<string>} the last lines of what the installers said
 */
async function install(node) {
  let said = "";
  if (isDebian() && process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    said += (await run("apt-get", ["update"], { env })).output;
    said += (await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium", "fonts-liberation"], { env })).output;
    if ((await findChromium()) !== undefined) return said;
  }
  said += (await run(node, [packagePath("playwright", "cli.js"), "install", "chromium"], { env: nodeEnvironment(node) })).output;
  return said.trim().split("\n").slice(-15).join("\n");
}

/** Ubuntu is left out: its package of that name only points to a snap. */
function isDebian() {
  const release = "/etc/os-release";
  return existsSync("/usr/bin/apt-get") && existsSync(release) && /^ID="?debian"?$/m.test(readFileSync(release, "utf8"));
}

/**
 * Asking for the version tells a browser from a stub that only says where to get one.
 * @param {string} path
 */
function starts(path) {
  if (!existsSync(path)) return false;
  if (process.platform === "win32") return true;
  try {
    return /\d+\.\d+/.test(execFileSync(path, ["--version"], { encoding: "utf8", timeout: 20_000, stdio: ["ignore", "pipe", "ignore"] }));
  } catch {
    return false;
  }
}
