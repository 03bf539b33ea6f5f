import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.HEDDLE_DEV_TARGET ?? "http://127.0.0.1:4400";

export default defineConfig({
  root: here("canvas"),
  cacheDir: here("node_modules/.cache/vite"),
  plugins: [react(), tailwindcss()],
  worker: { format: "es" },
  build: {
    outDir: here("dist/canvas"),
    emptyOutDir: true,
    target: "baseline-widely-available",
    // The pages are served under `default-src 'none'; script-src 'self'`: nothing may become a data: URL or an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1500,
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
