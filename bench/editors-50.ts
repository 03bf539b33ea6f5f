import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { makeChain } from "./api.ts";
import { type BenchEditor, openEditor } from "./bench-editor.ts";
import { benchPlaces } from "./databases.ts";
import { type Benchmark, type Figure, figure, percentile } from "./figure.ts";
import { type BenchProcess, HEDDLE, startProcess } from "./process.ts";
import { memoryOfTree } from "./process-memory.ts";

const BARE = { program: new URL("./bare-relay.ts", import.meta.url), ready: "/" };
const EDIT_MS = 1_000;
const CURSOR_MS = 100;
const SETTLE_MS = 30_000;
const POLL_MS = 20;
/** Milliseconds, and megabytes. */
const GOALS = { p95: 250, memory: 1_000 };

/** Fifty people in one document, each with one edit and ten moves of the cursor a second: until an edit is in the others' copies. */
export const editors50: Benchmark = {
  name: "editors-50",
  run: async ({ small }) => {
    const given = small ? { people: 5, forMs: 1_500, warmMs: 200 } : { people: 50, forMs: 30_000, warmMs: 5_000 };
    const figures: Record<string, Figure> = {};
    for (const place of await benchPlaces({ small })) {
      const bare = await startProcess(BARE);
      const reference = await measure({ ...given, server: bare, url: bare.url.replace("http", "ws"), acknowledges: false });
      await bare.stop();
      const heddle = await startProcess({ ...HEDDLE, environment: place.environment });
      const graph = await makeChain(heddle.url, steps(20));
      const url = `${heddle.url.replace("http", "ws")}/ws/graphs/${graph}?acks=1`;
      const value = await measure({ ...given, server: heddle, url, acknowledges: true });
      await heddle.stop();
      const name = place.nameOf("editors-50");
      const isGoal = place.kind === "postgres";
      const against = "y-protocols over ws: applied and passed on, neither checked nor kept";
      figures[`${name}, p95`] = figure({
        ...{ value: value.p95, unit: "ms", reference: reference.p95, against },
        ...(isGoal && { goal: { type: "at-most", of: "value", limit: GOALS.p95 } }),
      });
      figures[`${name}, p50`] = figure({ value: value.p50, unit: "ms", reference: reference.p50, against });
      figures[`${name}, seen`] = figure({
        ...{ value: value.seen, unit: "edits", reference: value.expected, against: "edits made, by everybody else" },
        goal: { type: "at-least", of: "ratio", limit: 1 },
      });
      figures[`${name}, memory`] = figure({
        ...{ value: value.megabytes, unit: "MB", reference: reference.megabytes, against },
        ...(isGoal && { goal: { type: "at-most", of: "value", limit: GOALS.memory } }),
      });
      await place.dispose();
    }
    return figures;
  },
};

interface Measured {
  p50: number;
  p95: number;
  seen: number;
  expected: number;
  megabytes: number;
}

interface MeasureGiven {
  server: BenchProcess;
  url: string;
  people: number;
  forMs: number;
  /** Before that, nothing is measured. */
  warmMs: number;
  acknowledges: boolean;
}

async function measure({ server, url, people, forMs, warmMs, acknowledges }: MeasureGiven): Promise<Measured> {
  /** When the edit that went up to a clock was made. */
  const madeAt = new Map<string, number>();
  const took: number[] = [];
  const onSeen = (client: number, clock: number) => {
    const at = madeAt.get(`${client} ${clock}`);
    if (at !== undefined) took.push(performance.now() - at);
  };
  const editors: BenchEditor[] = [];
  for (let index = 0; index < people; index++) editors.push(await openEditor({ url, name: `Person ${index}`, onSeen }));
  // a bare server begins with nothing
  if (editors[0] && editors[0].doc.getMap("nodes").size === 0) editors[0].edits.add(Array.from({ length: 20 }, (_, index) => bareNode(index)));
  await delay(warmMs / 5);

  let isMeasured = false;
  const edit = (editor: BenchEditor, count: number) => {
    const id = benchNodes(editor)[count % 20] as NodeId;
    // the first thing an edit does is timed with it
    const at = performance.now();
    if (count % 2 === 0) editor.edits.move(new Map([[id, { x: count, y: count }]]));
    else editor.edits.relabel(id, `Label ${count}`);
    const clock = Y.getState(editor.doc.store, editor.doc.clientID);
    if (isMeasured) madeAt.set(`${editor.doc.clientID} ${clock}`, at);
  };
  const stops = editors.map((editor, index) => everyPhased(EDIT_MS, index / people, (count) => edit(editor, count + index)));
  const points = editors.map((editor, index) => everyPhased(CURSOR_MS, index / people, (count) => editor.point(count, index)));
  await delay(warmMs);
  isMeasured = true;
  await delay(forMs);
  isMeasured = false;
  const megabytes = await memoryOfTree(server.pid);
  for (const stop of stops) stop();
  const expected = madeAt.size * (people - 1);
  const isSettled = () =>
    took.length >= expected && (!acknowledges || editors.every((editor) => editor.unacknowledged() === 0)) && new Set(editors.map(historyOf)).size === 1;
  for (const deadline = performance.now() + SETTLE_MS; !isSettled() && performance.now() < deadline; ) await delay(POLL_MS);
  for (const stop of points) stop();
  const graphs = editors.map(({ doc }) => readGraph(graphDocument(doc)));
  const isLost = !isSettled() || graphs.some((graph) => !isDeepStrictEqual(graph, graphs[0])) || editors.some((editor) => editor.presenceHeard() === 0);
  for (const editor of editors) editor.close();
  if (isLost) throw new Error(`Of ${expected} edits ${took.length} were seen, or the copies differ.`);
  return { p50: percentile(took, 0.5), p95: percentile(took, 0.95), seen: took.length, expected, megabytes };
}

/** Calls again and again, each person at another moment of the interval. Answers what stops it. */
function everyPhased(milliseconds: number, phase: number, work: (count: number) => void): () => void {
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const begin = setTimeout(() => {
    timer = setInterval(() => work(count++), milliseconds);
  }, milliseconds * phase);
  return () => {
    clearTimeout(begin);
    clearInterval(timer);
  };
}

function historyOf({ doc }: BenchEditor): string {
  return JSON.stringify([...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([left], [right]) => left - right));
}

function benchNodes({ doc }: BenchEditor): string[] {
  return [...doc.getMap("nodes").keys()];
}

function bareNode(index: number) {
  return { id: `node_${index}` as NodeId, type: "sample", version: 1, label: `Step ${index}`, position: { x: index * 240, y: 0 }, config: {} };
}

function steps(count: number) {
  const config = { source: "return 1;", inputs: [], outputs: [{ id: "result", name: "result", type: "number" }] };
  return Array.from({ length: count }, () => ({ type: "code", config, output: "result" }));
}
