import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { shellFiles } from "./scripts/support/shell-files.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.HEDDLE_DEV_TARGET ?? "http://127.0.0.1:4400";

/** By themselves: the page's first module sets up zod before anything that makes a schema is run (`canvas/main.tsx`). */
const FIRST = [
  { name: "zod", test: /node_modules\/zod\//, priority: 3 },
  { name: "loader", test: /preload-helper/, priority: 3 },
];
/** Bytes below which a file is put together with its nearest neighbour. */
const SMALL = 8_000;
/**
 * What several pages share, in files of some size: otherwise what another set of pages shares is a file of its own, however small, and a
 * graph's page asks for 170 of them. Each kind by itself, so that no page loads the editor's parts for a small one that stands beside them.
 */
const SHARED = Object.entries({
  // schemas first, so that they never stand in a file with what draws: those may load each other in a circle, and a schema is used while its file loads
  // heavy (a regular expression engine), and nothing of it is needed before a graph is opened
  expression: /\/runtime\/expression\/|\/node_modules\/re2js\//,
  runtime: /\/runtime\//,
  contract: /\/server\/contract\//,
  interface: /\/canvas\/(ui|api|session|commands)\/(?!icon-set)|\/node_modules\/(lucide-react|radix-ui|@radix-ui|@floating-ui)\//,
  editor: /\/canvas\/(offline|board|comments|document|find|inspector|palette|presence|revisions|runs|side-panel|subgraphs|text|transfer)\/(?!monaco)/,
}).map(([name, test]) => ({ name, test, entriesAware: true, entriesAwareMergeThreshold: SMALL, minShareCount: 2 }));
const chunkFileNames = ({ name }: { name: string }) => `assets/${name.replace(/~.*/, "")}-[hash].js`;

export default defineConfig({
  root: here("canvas"),
  cacheDir: here("node_modules/.cache/vite"),
  plugins: [react(), tailwindcss(), shellFiles(here("canvas/sw/service-worker.ts"), here("canvas/index.html"))],
  worker: { format: "es" },
  build: {
    outDir: here("dist/canvas"),
    emptyOutDir: true,
    target: "baseline-widely-available",
    // The pages are served under `default-src 'none'; script-src 'self'`: nothing may become a data: URL or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { output: { codeSplitting: { groups: [...FIRST, ...SHARED] }, chunkFileNames } },
  },
  server: {
    // The canvas imports runtime, the node catalog and the API contract, which are beside it.
    fs: { allow: [here(".")] },
    // changeOrigin gives the server the Host it expects; the Origin stays ours and is allowed by HEDDLE_DEV_ORIGIN.
    // The canvas has a folder `api` of its own: what ends like a source file is a module, not a call.
    proxy: Object.fromEntries(
      ["^/api/(?!.*\\.tsx?($|\\?))", "^/ws/", "^/mcp$", "^/hooks/", "^/session/"].map((path) => [
        path,
        { target: server, changeOrigin: true, ws: path === "^/ws/" },
      ]),
    ),
  },
});
