import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright";
import { build } from "vite";
import type { GraphDetail } from "#server/contract/graphs.ts";
import { buildCanvas } from "../scripts/build-canvas.mjs";
import { chromiumFlags, findChromium } from "../scripts/support/chromium.mjs";
import { callApi } from "./api.ts";
import { type DrawnPage, openDrawn } from "./drawn-page.ts";
import { type Benchmark, type Figure, figure } from "./figure.ts";
import { textGrid } from "./large-graph.ts";
import { HEDDLE, startProcess } from "./process.ts";

const BARE = "bare React Flow with its own nodes, in the same browser";
/** Nodes and milliseconds of a look that only shows that it runs. */
const SMALL = { nodes: 60, ms: 300 };
const LOOK_MS = 5_000;

/** Milliseconds to a drawn board of 2,000 nodes: session, code, draft, layout. */
const open2000: Benchmark = {
  name: "canvas-2000-open",
  run: ({ small }) =>
    withBoards(small ? SMALL.nodes : 2_000, async ({ ours, bare }) => {
      const against = `${BARE}, from a file`;
      const [first, second] = [await ours(), await ours()];
      const reference = await bare();
      const goal = { type: "at-most", of: "value", limit: 2_000 } as const;
      const figures = {
        "canvas-2000-open": figure({ value: second.openMs, unit: "ms", reference: reference.openMs, against, goal }),
        "canvas-2000-open, the server's first": figure({ value: first.openMs, unit: "ms", reference: reference.openMs, against }),
      };
      await closeAll([first, second, reference]);
      return figures;
    }),
};

/** Frames a second while a board is dragged about and zoomed. */
function panOf(nodes: number): Benchmark {
  const name = `canvas-${nodes}-pan`;
  return {
    name,
    run: ({ small }) =>
      withBoards(small ? SMALL.nodes : nodes, async ({ ours, bare }) => {
        const ms = small ? SMALL.ms : LOOK_MS;
        const reference = await framesOf(await bare(), ms);
        const value = await framesOf(await ours(), ms);
        const goal = { type: "at-least", of: "ratio", limit: 0.8 } as const;
        const rate = (look: keyof typeof value) =>
          figure({ value: value[look].perSecond, unit: "/s", reference: reference[look].perSecond, against: BARE, goal });
        const slowest = (look: keyof typeof value) => figure({ value: value[look].p95Ms, unit: "ms", reference: reference[look].p95Ms, against: BARE });
        return {
          [name]: rate("whole"),
          [`${name}, close up`]: rate("close"),
          [`${name}, zooming`]: rate("zoom"),
          [`${name}, p95 of a frame`]: slowest("whole"),
          [`${name}, zooming, p95 of a frame`]: slowest("zoom"),
        };
      }),
  };
}

export const canvasBenchmarks: readonly Benchmark[] = [open2000, panOf(2_000), panOf(5_000)];

/** The whole graph in view, then zooming, then whatever the zooming left. */
async function framesOf(page: DrawnPage, ms: number) {
  const whole = await page.pan(ms);
  const zoom = await page.zoom(ms);
  await page.closeUp();
  const close = await page.pan(ms);
  await page.close();
  return { whole, zoom, close };
}

interface Boards {
  ours(): Promise<DrawnPage>;
  bare(): Promise<DrawnPage>;
}

async function withBoards(nodes: number, work: (boards: Boards) => Promise<Record<string, Figure>>): Promise<Record<string, Figure>> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-bench-canvas-"));
  const closers: (() => Promise<unknown>)[] = [() => rm(directory, { recursive: true, force: true })];
  try {
    await buildCanvas(process.execPath);
    const graph = textGrid(nodes);
    const server = await startProcess({ ...HEDDLE, environment: { HEDDLE_DATA: join(directory, "data"), DATABASE_URL: "", REDIS_URL: "" } });
    closers.unshift(server.stop);
    const { id } = await callApi<GraphDetail>(server.url, "/api/graphs", { graph });
    const page = join(directory, "page");
    await buildBare(page);
    await writeFile(join(page, "graph.json"), JSON.stringify(graph));
    const files = await startProcess({ program: new URL("./bare-files.ts", import.meta.url), ready: "/", environment: { BARE_FILES: page } });
    closers.unshift(files.stop);
    const browser = await launched();
    closers.unshift(() => browser.close());
    return await work({ ours: () => openDrawn(browser, `${server.url}/graphs/${id}`), bare: () => openDrawn(browser, files.url) });
  } finally {
    for (const close of closers) await close();
  }
}

let bareFiles: Promise<ReadonlyMap<string, string | Uint8Array>> | undefined;

/** Writes the bare page's files; they are made once. */
export async function buildBare(outDir: string): Promise<void> {
  bareFiles ??= makeBare();
  for (const [name, content] of await bareFiles) {
    const path = join(outDir, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

async function makeBare(): Promise<ReadonlyMap<string, string | Uint8Array>> {
  const root = fileURLToPath(new URL("./bare-flow", import.meta.url));
  const built = await build({ root, configFile: false, base: "./", logLevel: "error", build: { write: false, target: "esnext" } });
  const outputs = [built].flat().flatMap((each) => ("output" in each ? each.output : []));
  return new Map(outputs.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]));
}

export async function launched(): Promise<Browser> {
  const executablePath = await findChromium();
  return chromium.launch({ args: chromiumFlags, ...(executablePath !== undefined && { executablePath }) });
}

async function closeAll(pages: readonly DrawnPage[]): Promise<void> {
  for (const page of pages) await page.close();
}
