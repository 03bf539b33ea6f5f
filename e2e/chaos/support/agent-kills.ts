import { setTimeout as sleep } from "node:timers/promises";
import type { RunEvent } from "#runtime/run/events.ts";
import { createRandom, type FailpointName, failpointNames } from "#server/engine/failpoints.ts";
import { type FakeProvider, startFakeProvider } from "#server/models/testing/fake-provider.ts";
import type { Violation } from "#server/store/check-invariants.ts";
import { agentAnswer, agentGraph, TOOLS, TURNS } from "./agent-graph.ts";
import { type ChaosClient, createChaosClient } from "./chaos-client.ts";
import { type Deployment, deployEmbedded } from "./deployment.ts";
import { type EffectService, startEffectService } from "./effect-service.ts";
import { describeRun } from "./gather-run.ts";
import { violationsOf } from "./run-chaos.ts";

/** A run takes about two seconds; a busy machine several times that. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;
/** From a run's end to that of what is done for it. */
const AFTER_MS = 300;
/** Passed also while there are no runs: a process may end there before the run begins. Nothing becomes durable between it and what is passed before. */
const IDLE: FailpointName = "before-claim";

export interface AgentKillsOptions {
  seed: number;
  /** How many of the points, drawn by the seed; all of them without it. */
  sample?: number;
  /** Told before each point. */
  onProgress?: (progress: { done: number; points: number; next: string; problems: readonly string[] }) => void;
}

export interface AgentKillsReport {
  /** Passes of failpoints in a run that nobody disturbs, by name. */
  points: Partial<Record<FailpointName, number>>;
  /** How often it was killed where. */
  killed: Partial<Record<FailpointName, number>>;
  /** Points that a run did not come by: what is recorded at once varies. */
  missed: string[];
  /** Turns of the model that were under way when the process ended, and were asked for again. */
  askedAgain: number;
  problems: string[];
  violations: Violation[];
}

interface Point {
  name: FailpointName;
  pass: number;
}

interface Scene {
  deployment: Deployment;
  service: EffectService;
  provider: FakeProvider;
  client: ChaosClient;
  graph: string;
}

/** Runs an agent that makes five calls, once for each point at which its process can be killed, kills it there, and looks at what became of it. */
export async function killAgents(options: AgentKillsOptions): Promise<AgentKillsReport> {
  const service = await startEffectService({ random: createRandom(options.seed), delayMs: 20, resetRate: 0 });
  const provider = await startFakeProvider();
  const deployment = await deployEmbedded({ allow: `127.0.0.1:${service.port},127.0.0.1:${provider.port}`, leaseMs: 1_000 });
  try {
    return await campaign(options, { deployment, service, provider });
  } finally {
    await deployment.dispose();
    await provider.close();
    await service.close();
  }
}

async function campaign({ seed, sample, onProgress }: AgentKillsOptions, given: Omit<Scene, "client" | "graph">): Promise<AgentKillsReport> {
  const { deployment, service, provider } = given;
  const { web } = deployment;
  await deployment.start();
  const client = createChaosClient({ url: web.url, token: deployment.token });
  const connection = await client.connectModels({ provider: "anthropic", baseUrl: provider.anthropicUrl, apiKey: "key", defaultModel: "five-calls" });
  const scene: Scene = { ...given, client, graph: await client.createGraph(agentGraph(service.url, connection)) };
  const problems: string[] = [];
  const points = await countPoints(scene, problems);
  const all = Object.entries(points).flatMap(([name, passes]) =>
    Array.from({ length: passes }, (_, index): Point => ({ name: name as FailpointName, pass: index + 1 })),
  );
  const chosen = draw(all, sample ?? all.length, createRandom(seed + 1));
  const report: AgentKillsReport = { points, killed: {}, missed: [], askedAgain: 0, problems, violations: [] };
  for (const [index, point] of chosen.entries()) {
    onProgress?.({ done: index, points: chosen.length, next: `${point.name}@${point.pass}`, problems });
    await killAt(scene, { point, mark: `mark${index}`, report });
  }
  await web.stop();
  return { ...report, violations: await violationsOf(deployment) };
}

/** Stops the process at each point and lets it go on at once: it says where it was. */
async function countPoints(scene: Scene, problems: string[]): Promise<AgentKillsReport["points"]> {
  const { deployment, client, graph } = scene;
  const { web } = deployment;
  await web.kill();
  const waking = setInterval(() => web.signal("SIGCONT"), 5);
  try {
    await web.start({ HEDDLE_FAILPOINTS: "*:pause%1" });
    const before = web.output.length;
    const { id } = await client.startRun(graph, { input: { mark: "clean" }, idempotencyKey: "clean" });
    const ended = await ends(scene, id);
    problems.push(...(ended ? await faultsOf(scene, { run: id, mark: "clean" }) : [`The undisturbed run does not end: ${await describeRun(client, id)}`]));
    const told = [...web.output.slice(before).matchAll(/failpoint ([a-z-]+): pause/g)].map(([, name]) => name);
    const passes = (name: FailpointName) => told.filter((each) => each === name).length;
    const counted = failpointNames.filter((name) => name !== IDLE).map((name) => [name, passes(name)] as const);
    return Object.fromEntries(counted.filter(([, count]) => count > 0));
  } finally {
    clearInterval(waking);
    web.signal("SIGCONT");
    await web.kill();
  }
}

async function killAt(scene: Scene, { point, mark, report }: { point: Point; mark: string; report: AgentKillsReport }): Promise<void> {
  const { deployment, client, graph, provider } = scene;
  const { web } = deployment;
  const where = `${point.name}@${point.pass}`;
  const lives = await web.start({ HEDDLE_FAILPOINTS: `${point.name}:kill@${point.pass}` });
  if (!lives) throw new Error(`The process ended at ${where} before there was a run.`);
  // it may end before it answers: whoever calls again with the same key is told of the same run
  const starting = client.startRun(graph, { input: { mark }, idempotencyKey: mark });
  await Promise.race([web.endsWithin(PATIENCE_MS), isOver(scene, starting)]);
  // what follows a run's end has its points, too
  await web.endsWithin(AFTER_MS);
  if (web.isAlive) report.missed.push(where);
  else {
    report.killed[point.name] = (report.killed[point.name] ?? 0) + 1;
    const isBack = await web.start();
    if (!isBack) throw new Error(`After ${where} the process was killed while it started again, and by no failpoint:\n${web.output}`);
  }
  const { id } = await starting;
  const ended = await ends(scene, id);
  const faults = ended ? await faultsOf(scene, { run: id, mark }) : [`it does not end: ${await describeRun(client, id)}`];
  report.askedAgain += Math.max(0, asked(provider, mark).length - TURNS);
  report.problems.push(...faults.map((fault) => `${where}: ${fault}`));
  await web.kill();
}

/** Resolves when the run has ended in this life of the process. */
async function isOver(scene: Scene, starting: Promise<{ id: string }>): Promise<void> {
  const { id } = await starting;
  while (scene.deployment.web.isAlive && (await scene.client.readRun(id)).finishedAt === null) await sleep(POLL_MS);
}

/** Whether the run ends by itself. */
async function ends({ client }: Scene, run: string): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const { finishedAt, state } = await client.readRun(run);
    if (finishedAt !== null) return true;
    if (state === "waiting" && (await client.gates()).length > 0) return false;
    await sleep(POLL_MS);
  }
  return false;
}

/** What is wrong with a run that has ended. */
async function faultsOf({ client, service, provider }: Scene, { run: id, mark }: { run: string; mark: string }): Promise<string[]> {
  const faults: string[] = [];
  const [run, events] = [await client.readRun(id), await client.events(id)];
  if (run.state !== "succeeded" || run.output?.result !== agentAnswer(mark)) faults.push(`it is ${run.state}: ${JSON.stringify(run.failure ?? run.output)}`);
  if (events.some(({ seq }, index) => seq !== index + 1)) faults.push("its events have gaps");
  const calls = events.filter((event) => event.type === "child-opened");
  if (calls.length !== TOOLS.length) faults.push(`it began ${calls.length} calls`);
  for (const name of TOOLS) {
    const effects = [...service.keyedEffects(`${mark}-${name}`).values()];
    if (effects.length !== 1 || effects[0] !== 1) faults.push(`${name} was sent with ${effects.length} keys, and had its effect ${effects.join(", ")} times`);
  }
  const gates = await client.gates();
  if (gates.length > 0) faults.push(`somebody is asked: ${JSON.stringify(gates.map(({ kind, node }) => [kind, node]))}`);
  return [...faults, ...wronglyAsked(asked(provider, mark), events)];
}

/** Turns that were asked for though their result was recorded, or never. */
function wronglyAsked(requests: readonly { turn: number; at: number }[], events: readonly RunEvent[]): string[] {
  return Array.from({ length: TURNS }, (_, index) => index + 1).flatMap((turn) => {
    const results = events.filter((event) => event.type === "step-finished" && event.step === `turn-${turn}`);
    if (results.length !== 1) return [`the result of turn ${turn} is recorded ${results.length} times`];
    const times = requests.filter((request) => request.turn === turn).map(({ at }) => at);
    if (times.length === 0) return [`the model was not asked for turn ${turn}`];
    const late = times.filter((at) => at > Date.parse(results[0]?.at ?? ""));
    return late.length > 0 ? [`the model was asked for turn ${turn} after its result was recorded`] : [];
  });
}

/** Which turns of a run the model was asked for, and when. */
function asked({ requests }: FakeProvider, mark: string): { turn: number; at: number }[] {
  return requests.flatMap(({ body, at }) => {
    const messages = (body.messages ?? []) as { role: string }[];
    const isOfRun = JSON.stringify(messages[0] ?? {}).includes(`"${mark}"`);
    return isOfRun ? [{ turn: messages.filter(({ role }) => role === "assistant").length + 1, at }] : [];
  });
}

/** So many of the points, each kind once before any other comes again. */
function draw(points: readonly Point[], count: number, random: () => number): Point[] {
  const left = [...points];
  const drawn: Point[] = [];
  while (drawn.length < count && left.length > 0) {
    const names = new Set(drawn.map(({ name }) => name));
    const fresh = left.filter(({ name }) => !names.has(name));
    const among = fresh.length > 0 ? fresh : left;
    const chosen = among[Math.floor(random() * among.length)];
    if (!chosen) break;
    drawn.push(chosen);
    left.splice(left.indexOf(chosen), 1);
  }
  return drawn;
}
