import { setTimeout as sleep } from "node:timers/promises";
import type { ChaosClient } from "./chaos-client.ts";
import { type ChaosGraph, chaosGraphs } from "./chaos-graphs.ts";
import { checkRun } from "./check-run.ts";
import type { EffectService } from "./effect-service.ts";

const POLL_MS = 250;
/** No run may stand still that long while the server is up. */
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
  /** Starts no more; resolves when every run has ended, with what was wrong. Throws when one does not end. */
  finish(): Promise<LoadReport>;
}

export interface LoadReport {
  runs: number;
  /** Decisions that were made at "Needs a decision". */
  decided: number;
  problems: string[];
}

export function createLoad({ client, service, random, inFlight }: LoadOptions): Load {
  const open = new Map<string, { graph: ChaosGraph; n: number }>();
  const graphs: { id: string; graph: ChaosGraph }[] = [];
  const report: LoadReport = { runs: 0, decided: 0, problems: [] };
  let isGoingOn = true;
  let isOver = false;
  let lastEnd = Date.now();
  const working: Promise<void>[] = [];

  const startOne = async () => {
    const chosen = graphs[report.runs % graphs.length];
    if (!chosen) throw new Error("There are no graphs.");
    const n = Math.floor(random() * 1_000);
    const { id } = await client.startRun(chosen.id, { input: { n }, idempotencyKey: `chaos-${report.runs++}` });
    open.set(id, { graph: chosen.graph, n });
  };
  const fillUp = () => Promise.all(Array.from({ length: Math.max(0, inFlight - open.size) }, startOne));
  const keepBusy = async () => {
    while (isGoingOn) {
      await fillUp();
      await sleep(POLL_MS / 5);
    }
  };
  const look = async (run: string, { graph, n }: { graph: ChaosGraph; n: number }) => {
    const detail = await client.readRun(run);
    if (detail.finishedAt === null) return;
    report.problems.push(...checkRun({ graph, n, run: detail, events: await client.events(run) }, service));
    open.delete(run);
    lastEnd = Date.now();
  };
  const watch = async () => {
    while (isGoingOn || open.size > 0) {
      await decideAll();
      for (const [run, about] of [...open]) await look(run, about);
      if (!isGoingOn && Date.now() - lastEnd > STUCK_MS) throw new Error(`Stuck for ${STUCK_MS} ms: ${await describe(client, [...open.keys()])}`);
      await sleep(POLL_MS);
    }
    isOver = true;
  };
  const decideAll = async () => {
    for (const gate of await client.gates()) {
      const about = open.get(gate.run);
      if (!about) continue;
      const name = gate.node.replace(/^node_/, "");
      const happened = service.plainCalls(`${gate.run}.${name}`) > 0;
      const isAgain = !happened || random() < AGAIN_RATE;
      // both plain nodes of a chain add one to what came in
      const value = about.n + (name === "two" || name === "low" ? 2 : 1);
      const said = await client.decide(gate.id, isAgain ? { decision: "again" } : { decision: "happened", edited: { body: { value }, response: {} } });
      if (said) report.decided += 1;
    }
  };
  return {
    begin: async () => {
      for (const graph of chaosGraphs(service.url)) graphs.push({ graph, id: await client.createGraph(graph.graph) });
      await fillUp();
      working.push(keepBusy(), watch());
      // told by `finish`
      for (const work of working) work.catch(() => undefined);
    },
    finish: async () => {
      isGoingOn = false;
      lastEnd = Date.now();
      await Promise.all(working);
      if (!isOver) throw new Error("The load did not come to its end.");
      return report;
    },
  };
}

async function describe(client: ChaosClient, runs: readonly string[]): Promise<string> {
  const details = await Promise.all(
    runs.slice(0, 5).map(async (run) => {
      const [{ state, reason }, events] = [await client.readRun(run), await client.events(run)];
      const told = events.slice(-6).map((event) => `${event.seq} ${event.type}${"node" in event ? ` ${event.node}` : ""} at ${event.at}`);
      return `${run} is ${state} (${reason}), last ${told.join("; ")}`;
    }),
  );
  return `${runs.length} runs, among them\n${details.join("\n")}`;
}
