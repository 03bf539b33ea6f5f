import type { RunEvent } from "#runtime/run/events.ts";
import type { RunDetail } from "#server/contract/runs.ts";
import type { ChaosGraph } from "./chaos-graphs.ts";
import type { EffectService } from "./effect-service.ts";

export interface EndedRun {
  graph: ChaosGraph;
  n: number;
  run: RunDetail;
  events: readonly RunEvent[];
}

/** Times a driver may be lost during one node run before the node fails (`quality.md`). */
const MAX_LOSSES = 3;

/** What is wrong with a run that has ended, held against what the outside world counted. */
export function checkRun({ graph, n, run, events }: EndedRun, service: EffectService): string[] {
  const problems: string[] = [];
  const say = (what: string) => problems.push(`${run.id} (${graph.graph.name}, n=${n}): ${what}`);
  const hasSucceeded = run.state === "succeeded";
  if (!hasSucceeded && !failedAsPromised(run, events)) say(`it is ${run.state}: ${JSON.stringify(run.failure ?? run.reason)}`);
  if (hasSucceeded && run.output?.result !== graph.expected(n)) say(`its result is ${JSON.stringify(run.output)}, not ${graph.expected(n)}`);
  if (events.some(({ seq }, index) => seq !== index + 1)) say("its events have gaps");
  for (const name of graph.plain) {
    const again = decisions(events, name).filter((decision) => decision === "again").length;
    const calls = service.plainCalls(`${run.id}.${name}`);
    if (calls > 1 + again) say(`${name} was written ${calls} times, with ${again} decisions to do it again`);
    if (calls === 0 && succeededByItself(events, name)) say(`${name} was not written`);
  }
  for (const name of graph.keyed) {
    const effects = [...service.keyedEffects(`${run.id}.${name}`)];
    if (effects.length > 1) say(`${name} was sent with ${effects.length} keys`);
    if (effects.some(([, count]) => count !== 1)) say(`${name} had its effect ${effects.map(([, count]) => count).join(", ")} times`);
    if (effects.length === 0 && succeededByItself(events, name)) say(`${name} was not written`);
  }
  return problems;
}

/** The only way in which a kill may fail a run: one node met its process's end three times. */
function failedAsPromised({ state, failure }: RunDetail, events: readonly RunEvent[]): boolean {
  if (state !== "failed" || failure?.code !== "worker-lost") return false;
  const losses = events.filter((event) => event.type === "attempt-failed" && event.node === failure.node && event.failure.code === "worker-lost");
  return losses.length >= MAX_LOSSES;
}

function decisions(events: readonly RunEvent[], name: string): string[] {
  return events.flatMap((event) => (event.type === "uncertainty-decided" && event.node === `node_${name}` ? [event.decision] : []));
}

function succeededByItself(events: readonly RunEvent[], name: string): boolean {
  return events.some((event) => event.type === "node-succeeded" && event.node === `node_${name}`);
}
