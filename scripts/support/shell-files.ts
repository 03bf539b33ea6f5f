import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const WORKER = "service-worker.js";
/** The code editor and the layout engine, larger than all the rest, and their workers are kept from when they are first used. */
const LATER = /node_modules\/(monaco-editor|elkjs)\//;
/** Files of the page that are not named by their contents. */
const UNNAMED = ["index.html", "public/icon.svg"];
const WORKERS = /worker[^/]*\.js$/;

/** Builds the service worker into a stable address, and tells it the files of the build it belongs to. */
export function shellFiles(entry: string, page: string): Plugin {
  return {
    name: "heddle-shell-files",
    apply: "build",
    config: () => ({
      build: {
        rolldownOptions: {
          input: { main: page, "service-worker": entry },
          output: { entryFileNames: ({ name }) => (name === "service-worker" ? WORKER : "assets/[name]-[hash].js") },
        },
      },
    }),
    // after Vite has taken out chunks that held nothing but styles
    generateBundle: {
      order: "post",
      handler: (_options, bundle) => {
        const worker = bundle[WORKER];
        if (worker?.type !== "chunk") throw new Error("The service worker was not built.");
        if (worker.imports.length > 0 || worker.exports.length > 0) throw new Error("The service worker has to be one file.");
        const files = Object.values(bundle).flatMap((each) => {
          const isLater = each.type === "chunk" ? each.moduleIds.length > 0 && each.moduleIds.every((id) => LATER.test(id)) : WORKERS.test(each.fileName);
          return each.fileName.startsWith("assets/") && !each.fileName.endsWith(".map") && !isLater ? [`/${each.fileName}`] : [];
        });
        const all = ["/icon.svg", ...files.sort()];
        const unnamed = UNNAMED.map((path) => readFileSync(join(dirname(page), path), "utf8"));
        const name = nameOf([...Object.keys(bundle), worker.code, ...unnamed]);
        worker.code = `const HEDDLE_SHELL=${JSON.stringify({ name, files: all })};\n${worker.code}`;
      },
    },
  };
}

/** Differs when any part does (FNV-1a): most files are named by their contents, so that their names will do. */
function nameOf(parts: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const character of parts.toSorted().join()) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}
