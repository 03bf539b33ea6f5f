// Builds the canvas into dist/canvas when its sources have changed since the last build.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setUp } from "./set-up.mjs";
import { Failure, script, step } from "./support/console.mjs";
import { contentHash } from "./support/content-hash.mjs";
import { withLock } from "./support/lock.mjs";
import { distDirectory, isMain, packagePath, root } from "./support/paths.mjs";
import { run } from "./support/processes.mjs";
import { nodeEnvironment } from "./with-node.mjs";

const target = join(distDirectory, "canvas");
/** A dot file: express does not serve it. */
const stampName = ".inputs";
const inputs = [
  "canvas",
  "runtime",
  "nodes",
  "server/contract",
  "templates",
  "vite.config.ts",
  "scripts/support/shell-files.ts",
  "package.json",
  "package-lock.json",
];

/** @param {string} node path of a Node >= 24 */
export async function buildCanvas(node) {
  if (isFresh()) return;
  await withLock("canvas-build", async () => {
    if (!isFresh()) await step("canvas", (done) => build(node).then(() => done("built")));
  });
}

function sourceHash() {
  return contentHash(root, inputs, (path) => !/\.test\.tsx?$|\/execute\.ts$/.test(path));
}

function isFresh() {
  const stamp = join(target, stampName);
  return existsSync(join(target, "index.html")) && existsSync(stamp) && readFileSync(stamp, "utf8") === sourceHash();
}

/**
 * Builds beside the target and swaps by renaming: a server that runs meanwhile never serves half a build.
 * @param {string} node
 */
async function build(node) {
  const hash = sourceHash();
  const fresh = join(distDirectory, `.canvas-${process.pid}`);
  const old = join(distDirectory, `.canvas-old-${process.pid}`);
  try {
    const vite = [
      packagePath("vite", "bin", "vite.js"),
      "build",
      "--config",
      join(root, "vite.config.ts"),
      "--outDir",
      fresh,
      "--emptyOutDir",
      "--logLevel",
      "warn",
    ];
    const { code, output } = await run(node, vite, { cwd: root, env: nodeEnvironment(node, { NODE_ENV: "production" }) });
    if (code !== 0) throw new Failure(`The canvas could not be built:\n\n${output.trim()}`);
    writeFileSync(join(fresh, stampName), hash);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

if (isMain(import.meta.url)) {
  await script(async () => buildCanvas(await setUp()));
}
