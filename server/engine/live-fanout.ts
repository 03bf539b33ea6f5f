import { z } from "zod";
import { type GraphId, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { ephemeralEventSchema } from "#runtime/run/events.ts";
import { type LiveEphemeral, writtenSchema } from "../contract/live.ts";
import type { RunSummary } from "../contract/runs.ts";
import type { Fanout } from "../queue/fanout.ts";

const runMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("committed"), seq: z.int() }),
  z.strictObject({ type: z.literal("ephemeral"), event: z.union([ephemeralEventSchema, writtenSchema]) }),
]);
const graphMessageSchema = z.strictObject({ run: runIdSchema });

/** Milliseconds for which what a run commits is gathered into one message. */
const GATHER_MS = 10;

/** What hubs of other processes need to know. Events and summaries are never sent: who wants them reads the database. */
export interface LiveFanout {
  committed(run: RunId, seq: number): void;
  ephemeral(run: RunId, event: LiveEphemeral): void;
  /** Asks whoever drives the run for what is being written there. */
  askWritten(run: RunId): void;
  /** Somebody asks. Returns how to stop. */
  onAskWritten(run: RunId, listener: () => void): () => void;
  runChanged(run: { id: RunId; graph: GraphId }): void;
  /** `look` without a number: something may have been missed. Returns how to stop. */
  followRun(run: RunId, listener: { look(seq?: number): void; ephemeral(event: LiveEphemeral): void }): () => void;
  followGraph(graph: GraphId, listener: (run: RunSummary) => void): () => void;
}

export interface LiveFanoutGiven {
  fanout: Fanout;
  readSummary: (run: RunId) => Promise<RunSummary | undefined>;
  /** A graph's newest runs: told after something may have been missed. */
  recentRuns: (graph: GraphId) => Promise<readonly RunSummary[]>;
  onError: (error: unknown) => void;
}

export function createLiveFanout(given: LiveFanoutGiven): LiveFanout {
  const { fanout, onError } = given;
  const gathered = new Map<RunId, number>();
  const send = () => {
    for (const [run, seq] of gathered) fanout.publish(`run:${run}`, { type: "committed", seq });
    gathered.clear();
  };
  return {
    committed: (run, seq) => {
      if (gathered.size === 0) setTimeout(send, GATHER_MS).unref();
      gathered.set(run, seq);
    },
    ephemeral: (run, event) => fanout.publish(`run:${run}`, { type: "ephemeral", event }),
    askWritten: (run) => fanout.publish(`written:${run}`, {}),
    onAskWritten: (run, listener) => fanout.subscribe(`written:${run}`, { message: listener, gap: () => undefined }),
    runChanged: ({ id, graph }) => fanout.publish(`graph:${graph}`, { run: id }),
    followRun: (run, listener) =>
      fanout.subscribe(`run:${run}`, {
        message: (message) => {
          const told = runMessageSchema.safeParse(message);
          if (!told.success) return;
          if (told.data.type === "committed") listener.look(told.data.seq);
          else listener.ephemeral(told.data.event);
        },
        gap: () => listener.look(),
      }),
    followGraph: (graph, listener) => {
      const changed = oneAtATime(async (run: RunId) => {
        const summary = await given.readSummary(run);
        if (summary) listener(summary);
      }, onError);
      const missed = oneAtATime(async (which: GraphId) => {
        for (const summary of await given.recentRuns(which)) listener(summary);
      }, onError);
      return fanout.subscribe(`graph:${graph}`, {
        message: (message) => {
          const told = graphMessageSchema.safeParse(message);
          if (told.success) changed(told.data.run);
        },
        gap: () => missed(graph),
      });
    },
  };
}

/** For each key one call at a time, and one more when it was asked for meanwhile: so what is told last is what was read last. */
function oneAtATime<Key>(work: (key: Key) => Promise<void>, onError: (error: unknown) => void): (key: Key) => void {
  const underWay = new Map<Key, { again: boolean }>();
  const begin = async (key: Key) => {
    const entry = { again: false };
    underWay.set(key, entry);
    do {
      entry.again = false;
      await work(key).catch(onError);
    } while (entry.again);
    underWay.delete(key);
  };
  return (key) => {
    const entry = underWay.get(key);
    if (entry) entry.again = true;
    else void begin(key);
  };
}
