// `npm start`: sets up what is missing, builds the canvas when it is stale, and runs the server until it ends.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildCanvas } from "./build-canvas.mjs";
import { setUp } from "./set-up.mjs";
import { script } from "./support/console.mjs";
import { root } from "./support/paths.mjs";
import { exitOf, startProcess } from "./support/processes.mjs";
import { nodeEnvironment } from "./with-node.mjs";

await script(async () => {
  const node = await setUp();
  await buildCanvas(node);
  const preload = pathToFileURL(join(root, "scripts", "support", "end-with-parent.mjs")).href;
  const flags = ["--disable-warning=ExperimentalWarning", `--import=${preload}`];
  const server = startProcess(node, [...flags, join(root, "server", "main.ts"), ...process.argv.slice(2)], { env: nodeEnvironment(node) });
  return exitOf(server);
});
