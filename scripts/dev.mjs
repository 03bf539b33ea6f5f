// `npm run dev`: the server, restarted when its sources change, and the canvas with hot reload in front of it.
import { createServer } from "node:net";
import { join } from "node:path";
import { setUp } from "./set-up.mjs";
import { Failure, say, script } from "./support/console.mjs";
import { packagePath, root } from "./support/paths.mjs";
import { exitOf, startProcess } from "./support/processes.mjs";
import { nodeEnvironment } from "./with-node.mjs";

const firstPort = 5173;
const portsTried = 20;

await script(async () => {
  const node = await setUp();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const serverOrigin = `http://127.0.0.1:${process.env.PORT ?? 4400}`;
  const env = nodeEnvironment(node, { HEDDLE_DEV_ORIGIN: origin, HEDDLE_DEV_TARGET: serverOrigin });

  const watch = ["--watch", "--watch-preserve-output", "--disable-warning=ExperimentalWarning"];
  const server = startProcess(node, [...watch, join(root, "server", "main.ts")], { env });
  const vite = [packagePath("vite", "bin", "vite.js"), "--config", join(root, "vite.config.ts"), "--host", "127.0.0.1", "--port", String(port), "--strictPort"];
  const canvas = startProcess(node, [...vite, "--clearScreen", "false", "--logLevel", "warn"], { env });
  say(`\n  Heddle, with hot reload: ${origin}  (the server is ${serverOrigin})\n`);

  const code = await Promise.race([exitOf(server), exitOf(canvas)]);
  for (const child of [server, canvas]) child.kill("SIGTERM");
  return code;
});

async function freePort() {
  for (let port = firstPort; port < firstPort + portsTried; port += 1) if (await isFree(port)) return port;
  throw new Failure(`No free port between ${firstPort} and ${firstPort + portsTried - 1} for the canvas.`);
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
      .once("error", () => resolve(false))
      .once("listening", () => probe.close(() => resolve(true)))
      .listen(port, "127.0.0.1");
  });
}
