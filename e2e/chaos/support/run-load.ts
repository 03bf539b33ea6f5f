import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosClient } from "./chaos-client.ts";
import { checkRun, effectsOf } from "./check-run.ts";
import type { EffectService } from "./effect-service.ts";
import { type AboutRun, describeRun, type EndedRun, gatherRun, lastChange, ownerOf } from "./gather-run.ts";
import { effectId } from "./graph-parts.ts";
import { type StoredGraph, storeGraphs } from "./store-graphs.ts";

const POLL_MS = 400;
/** No run may stand still that long. */
const STUCK_MS = 60_000;
/** One in so many uncertain writes that did happen is made again all the same. */
const AGAIN_RATE = 0.2;

export interface LoadOptions {
  client: ChaosClient;
  service: EffectService;
  random: () => number;
  /** Runs in flight at once. */
  inFlight: number;
}

/** Runs of all kinds, kept in flight, decided on by a person, and checked when they end. */
export interface Load {
  /** Resolves when enough runs are in flight; goes on starting runs and deciding gates until `finish` is called. */
  begin(): Promise<void>;
  /** Starts no more; resolves when every run has ended, with what was wrong. */
  finish(): Promise<LoadReport>;
}

export interface LoadReport {
  /** That were started, and that these began. */
  runs: number;
  begun: number;
  /** Decisions that were made at "Needs a decision". */
  decided: number;
  /** How many of each workflow ended, told apart when they failed for a lost worker. */
  ended: Record<string, number>;
  problems: string[];
}

interface OpenRun extends AboutRun {
  lastEvent: number;
  /** When that was new. */
  since: number;
}

export function createLoad({ client, service, random, inFlight }: LoadOptions): Load {
  const open = new Map<string, OpenRun>();
  let graphs: StoredGraph[] = [];
  const report: LoadReport = { runs: 0, begun: 0, decided: 0, ended: {}, problems: [] };
  /** Runs and effects that are accounted for. */
  const known = new Set<string>();
  let isGoingOn = true;
  const working: Promise<void>[] = [];

  const startOne = async () => {
    const chosen = graphs[report.runs % graphs.length];
    if (!chosen) throw new Error("There are no graphs.");
    const n = Math.floor(random() * 1_000);
    const { id } = await client.startRun(chosen.id, { input: { n }, idempotencyKey: `chaos-${report.runs++}` });
    open.set(id, { graph: chosen.graph, n, lastEvent: 0, since: Date.now() });
  };
  const fillUp = () => Promise.all(Array.from({ length: Math.max(0, inFlight - open.size) }, startOne));
  const keepBusy = async () => {
    while (isGoingOn) {
      await fillUp();
      await sleep(POLL_MS / 8);
    }
  };
  const note = (ended: EndedRun) => {
    known.add(ended.run.id);
    for (const child of ended.begun) {
      report.begun += 1;
      note(child);
    }
  };
  const look = async (run: string, about: OpenRun) => {
    const { lastEvent, finishedAt } = await client.readRun(run);
    if (lastEvent !== about.lastEvent) Object.assign(about, { lastEvent, since: Date.now() });
    const ended = finishedAt === null ? undefined : await gatherRun(client, { ...about, run });
    if (!ended) return expectChange(run, about);
    const { graph, expected } = about.graph;
    const kind = ended.run.state === "failed" && expected(about.n) !== undefined ? `${graph.name}, a worker lost` : graph.name;
    report.ended[kind] = (report.ended[kind] ?? 0) + 1;
    report.problems.push(...checkRun(ended, service));
    note(ended);
    for (const id of effectsOf(ended)) known.add(id);
    open.delete(run);
  };
  /** A run that stands still is a problem, and is not waited for. */
  const expectChange = async (run: string, about: OpenRun) => {
    if (Date.now() - about.since < STUCK_MS) return;
    about.since = await lastChange(client, run);
    if (Date.now() - about.since < STUCK_MS) return;
    report.problems.push(`Stuck for ${STUCK_MS} ms: ${await describeRun(client, run)}`);
    open.delete(run);
  };
  const watch = async () => {
    while (isGoingOn || open.size > 0) {
      await decideAll();
      for (const [run, about] of [...open]) await look(run, about);
      await sleep(POLL_MS);
    }
  };
  const decideAll = async () => {
    for (const gate of await client.gates()) {
      const happened = service.plainAnswer(effectId(await ownerOf(client, gate.run), gate.node.replace(/^node_/, ""), gate.path));
      const isAgain = happened === undefined || random() < AGAIN_RATE;
      const said = await client.decide(gate.id, isAgain ? { decision: "again" } : { decision: "happened", edited: { body: happened, response: {} } });
      if (said) report.decided += 1;
    }
  };
  /** Nothing may have run, or happened outside, of which no run tells. */
  const checkStrays = async () => {
    for (const { id, state, parent } of await client.runs())
      if (!known.has(id)) report.problems.push(`${id} is ${state}, and nobody knows of it: ${JSON.stringify(parent)}`);
    for (const id of service.ids()) if (!known.has(id)) report.problems.push(`The effect ${id} is of no run.`);
  };
  return {
    begin: async () => {
      graphs = await storeGraphs(client, service.url);
      await fillUp();
      working.push(keepBusy(), watch());
      // told by `finish`
      for (const work of working) work.catch(() => undefined);
    },
    finish: async () => {
      isGoingOn = false;
      await Promise.all(working);
      if (report.problems.length === 0) await checkStrays();
      return report;
    },
  };
}
