import { isDeepStrictEqual } from "node:util";
import type { IterationPath, RunEvent } from "#runtime/run/events.ts";
import type { EffectService } from "./effect-service.ts";
import { type BegunRun, type EndedRun, isPart } from "./gather-run.ts";
import { type ChaosGraph, effectId } from "./graph-parts.ts";

/** Times a driver may be lost during one node run before the node fails (`quality.md`). */
const MAX_LOSSES = 3;

type Say = (what: string) => void;

/** What is wrong with a run that has ended and with those it began, held against what the outside world counted. */
export function checkRun(ended: EndedRun | BegunRun, service: EffectService): string[] {
  const problems: string[] = [];
  const { graph, n, run, events, begun } = ended;
  const purpose = "purpose" in ended ? ended.purpose : undefined;
  const say: Say = (what) => problems.push(`${run.id} (${graph.graph.name}${purpose ? `, ${purpose}` : ""}, n=${n}): ${what}`);
  if (events.some(({ seq }, index) => seq !== index + 1)) say("its events have gaps");
  if (endsRight(ended, purpose)) checkBegun(ended, say, isPart(purpose) ? {} : graph.begins);
  // what was under way beside a failure is stopped
  else if (!failedAsPromised(ended) && !(purpose && run.state === "cancelled"))
    say(`it is ${run.state}: ${JSON.stringify(run.failure ?? run.reason)}, its result ${JSON.stringify(run.output?.result)}`);
  if (!isPart(purpose)) checkEffects(ended, service, say);
  for (const child of begun) {
    checkLink(ended, child, say);
    problems.push(...checkRun(child, service));
  }
  return problems;
}

/** Ids of everything that a run and those it began may have done outside. */
export function effectsOf(ended: EndedRun): string[] {
  const { graph, run, begun } = ended;
  const events = eventsOfWhole(ended);
  const own = [...graph.plain, ...graph.keyed].flatMap((name) => pathsOf(events, name).map((path) => effectId(run.id, name, path)));
  return [...own, ...begun.flatMap((child) => effectsOf(child))];
}

/** Of a run and its parts. */
function eventsOfWhole({ events, begun }: EndedRun): RunEvent[] {
  return [...events, ...begun.flatMap((child) => (isPart(child.purpose) ? eventsOfWhole(child) : []))];
}

function endsRight({ graph, n, run }: EndedRun, purpose: BegunRun["purpose"] | undefined): boolean {
  if (isPart(purpose)) return run.state === "succeeded";
  const expected = graph.expected(n);
  if (expected === undefined) return run.state === "failed" && run.failure?.code === "code" && run.failure.node === "node_knot";
  return run.state === "succeeded" && isDeepStrictEqual(run.output?.result, expected);
}

function checkEffects(ended: EndedRun, service: EffectService, say: Say): void {
  const { graph, run } = ended;
  const events = eventsOfWhole(ended);
  for (const name of graph.plain) {
    for (const path of pathsOf(events, name)) {
      const at = `${name}[${path}]`;
      const again = events.filter((event) => event.type === "uncertainty-decided" && event.decision === "again" && isAt(event, name, path)).length;
      const calls = service.plainCalls(effectId(run.id, name, path));
      if (calls > 1 + again) say(`${at} was written ${calls} times, with ${again} decisions to do it again`);
      if (calls === 0 && succeededByItself(events, name, path)) say(`${at} was not written`);
    }
  }
  for (const name of graph.keyed) {
    for (const path of pathsOf(events, name)) {
      const at = `${name}[${path}]`;
      const effects = [...service.keyedEffects(effectId(run.id, name, path))];
      if (effects.length > 1) say(`${at} was sent with ${effects.length} keys`);
      if (effects.some(([, count]) => count !== 1)) say(`${at} had its effect ${effects.map(([, count]) => count).join(", ")} times`);
      if (effects.length === 0 && succeededByItself(events, name, path)) say(`${at} was not written`);
    }
  }
}

function checkBegun({ begun }: EndedRun, say: Say, wanted: ChaosGraph["begins"] = {}): void {
  const counted: Record<string, number> = wanted.worker === undefined ? {} : { worker: 0 };
  for (const { purpose } of begun) counted[purpose] = (counted[purpose] ?? 0) + 1;
  // a driver that has the label needs no other run
  const workers = Math.min(counted.worker ?? 0, wanted.worker ?? 0);
  if (!isDeepStrictEqual(counted, { ...wanted, ...(wanted.worker !== undefined && { worker: workers }) }))
    say(`it began ${JSON.stringify(counted)}, not ${JSON.stringify(wanted)}`);
}

/** Parent and child have to name each other, and agree on how the child ended. */
function checkLink({ run, events }: EndedRun, { run: child, events: told, purpose, by }: BegunRun, say: Say): void {
  if (child.parent?.run !== run.id || child.parent.purpose !== purpose) say(`${child.id} does not name it, but ${JSON.stringify(child.parent)}`);
  const [created] = told;
  const origin = created?.type === "run-created" ? created.parent : undefined;
  if (origin?.node !== by?.node || !isDeepStrictEqual(origin?.path, by?.path)) say(`${child.id} was begun by ${JSON.stringify(origin)}`);
  if (!by) return;
  const node = by.path.length === 0 ? run.nodes[by.node] : run.iterations[by.node]?.[by.path.join(",")];
  if (!node?.children?.some((shown) => shown.run === child.id && shown.purpose === purpose)) say(`${by.node}[${by.path}] does not show ${child.id}`);
  const heard = events.filter((event) => event.type === "child-finished" && event.run === child.id);
  if (heard.length > 1) say(`${child.id} was told to have ended ${heard.length} times`);
  if (heard.some((event) => event.type === "child-finished" && event.state !== child.state)) say(`${child.id} was not told to be ${child.state}`);
  if (heard.length === 0 && run.state === "succeeded") say(`it did not wait for ${child.id}`);
}

/** The only way in which a kill may fail a run: one node run met its process's end three times, in it or in one that it waited for. */
function failedAsPromised({ run, events, begun }: EndedRun): boolean {
  if (run.state !== "failed") return false;
  const losses = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "attempt-failed" || event.failure.code !== "worker-lost") continue;
    const at = `${event.node}[${event.path}]`;
    losses.set(at, (losses.get(at) ?? 0) + 1);
  }
  const isLost = run.failure?.code === "worker-lost" && [...losses.values()].some((count) => count >= MAX_LOSSES);
  return isLost || begun.some((child) => child.purpose !== "error-handler" && failedAsPromised(child));
}

function pathsOf(events: readonly RunEvent[], name: string): IterationPath[] {
  const started = events.flatMap((event) => (event.type === "node-started" && event.node === `node_${name}` ? [event.path] : []));
  return [...new Map(started.map((path) => [String(path), path])).values()];
}

function isAt(event: RunEvent, name: string, path: IterationPath): boolean {
  return "node" in event && event.node === `node_${name}` && "path" in event && isDeepStrictEqual(event.path, path);
}

function succeededByItself(events: readonly RunEvent[], name: string, path: IterationPath): boolean {
  return events.some((event) => event.type === "node-succeeded" && isAt(event, name, path));
}
