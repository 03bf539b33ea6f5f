// `npm start`: sets up what is missing, builds the canvas when it is stale, and runs the server until it ends. `npm run web` and
// `npm run worker` (--role=…) run one part of it, beside others on the same database.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { buildCanvas } from "./build-canvas.mjs";
import { setUp } from "./set-up.mjs";
import { script } from "./support/console.mjs";
import { root } from "./support/paths.mjs";
import { exitOf, startProcess } from "./support/processes.mjs";
import { SERVER_FLAGS } from "./support/server-flags.mjs";
import { nodeEnvironment } from "./with-node.mjs";

await script(async () => {
  const node = await setUp();
  const role = process.argv.find((argument) => argument.startsWith("--role="))?.slice("--role=".length);
  if (role !== "worker") await buildCanvas(node);
  const preload = pathToFileURL(join(root, "scripts", "support", "end-with-parent.mjs")).href;
  const flags = [...SERVER_FLAGS, `--import=${preload}`];
  const server = startProcess(node, [...flags, join(root, "server", "main.ts")], {
    env: { ...nodeEnvironment(node), ...(role && { HEDDLE_ROLE: role }) },
  });
  return exitOf(server);
});
