import type { ChildPurpose, IterationPath, RunEvent } from "#runtime/run/events.ts";
import type { RunDetail } from "#server/contract/runs.ts";
import type { ChaosClient } from "./chaos-client.ts";
import type { ChaosGraph } from "./graph-parts.ts";

/** What a run is of, and the input it was begun with. */
export interface AboutRun {
  graph: ChaosGraph;
  n: number;
}

/** A run that has ended, with all that it began. */
export interface EndedRun extends AboutRun {
  run: RunDetail;
  events: readonly RunEvent[];
  begun: readonly BegunRun[];
}

export interface BegunRun extends EndedRun {
  purpose: ChildPurpose;
  /** The node run that waited for it. */
  by?: { node: string; path: IterationPath };
}

/** Parts run the same workflow, or some of it, for the run that began them. */
export function isPart(purpose: ChildPurpose | undefined): boolean {
  return purpose === "slice" || purpose === "worker";
}

/** Undefined as long as it goes on, or any that it began does. */
export async function gatherRun(client: ChaosClient, { run: id, graph, n }: AboutRun & { run: string }): Promise<EndedRun | undefined> {
  const run = await client.readRun(id);
  if (run.finishedAt === null) return undefined;
  const events = await client.events(id);
  const begun: BegunRun[] = [];
  for (const { run: child, purpose, by } of beginningsOf(events)) {
    const about = isPart(purpose) ? { graph, n } : await aboutOther(client, child, graph.others?.[purpose] ?? graph);
    const ended = await gatherRun(client, { ...about, run: child });
    if (!ended) return undefined;
    begun.push({ ...ended, purpose, ...(by && { by }) });
  }
  return { graph, n, run, events, begun };
}

/** The run that a part is of; any other run itself. */
export async function ownerOf(client: ChaosClient, run: string): Promise<string> {
  const { parent } = await client.readRun(run);
  return parent && isPart(parent.purpose) ? ownerOf(client, parent.run) : run;
}

async function aboutOther(client: ChaosClient, run: string, graph: ChaosGraph): Promise<AboutRun> {
  const input = (await client.readRun(run)).input as Record<string, unknown>;
  return { graph, n: graph.heard?.(input) ?? Number(input.n) };
}

/** When the run, or one it began, last did something. */
export async function lastChange(client: ChaosClient, run: string): Promise<number> {
  const events = await client.events(run);
  const below = await Promise.all(beginningsOf(events).map(({ run: child }) => lastChange(client, child)));
  return Math.max(Date.parse(events.at(-1)?.at ?? ""), ...below);
}

/** What the run and those it began did last, for people. */
export async function describeRun(client: ChaosClient, run: string): Promise<string> {
  const [{ state, reason }, events] = [await client.readRun(run), await client.events(run)];
  const told = events
    .slice(-6)
    .map((event) => `${event.seq} ${event.type}${"node" in event ? ` ${event.node}[${"path" in event ? event.path : ""}]` : ""} at ${event.at}`);
  const below = await Promise.all(beginningsOf(events).map(({ run: child }) => describeRun(client, child)));
  return [`${run} is ${state} (${reason}), last ${told.join("; ")}`, ...below].join("\n");
}

type Beginning = Pick<BegunRun, "purpose" | "by"> & { run: string };

function beginningsOf(events: readonly RunEvent[]): Beginning[] {
  return events.flatMap((event): Beginning[] => {
    if (event.type === "child-opened") return [{ run: event.run, purpose: event.purpose, by: { node: event.node, path: event.path } }];
    const handler = event.type === "run-finished" ? event.handler : undefined;
    return handler && "run" in handler ? [{ run: handler.run, purpose: "error-handler" }] : [];
  });
}
