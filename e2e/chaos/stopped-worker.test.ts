import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type ChaosClient, createChaosClient } from "./support/chaos-client.ts";
import { chaosGraphs } from "./support/chaos-graphs.ts";
import { checkRun } from "./support/check-run.ts";
import { type Deployment, deployOnPostgres } from "./support/deployment.ts";
import { type EffectService, startEffectService } from "./support/effect-service.ts";
import { gatherRun } from "./support/gather-run.ts";
import type { ChaosGraph } from "./support/graph-parts.ts";
import { violationsOf } from "./support/run-chaos.ts";

const TIMEOUT_MS = 240_000;
/** Long enough for a start, a lease and a sweep on a busy machine. */
const patient = { timeout: 60_000, interval: 100 };
const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

interface Scene {
  deployment: Deployment;
  service: EffectService;
  client: ChaosClient;
  graph: ChaosGraph;
  run: string;
}

/** A run of two plain writes whose worker was stopped at the failpoint, while another worker is at work. */
async function stopAt(failpoint: string): Promise<Scene | undefined> {
  const service = await startEffectService({ random: () => 0.5, delayMs: 0, resetRate: 0 });
  open.push(service.close);
  const deployment = await deployOnPostgres({ allow: `127.0.0.1:${service.port}` });
  if (!deployment) return undefined;
  open.push(deployment.dispose);
  const [first, second] = deployment.drivers;
  await Promise.all([deployment.web.start(), first?.start({ HEDDLE_FAILPOINTS: `${failpoint}:pause@1` })]);
  const client = createChaosClient({ url: deployment.web.url, token: deployment.token });
  const graph = chaosGraphs(service.url).find(({ plain }) => plain.length === 2);
  if (!graph) throw new Error("There is no graph of two plain writes.");
  const { id: run } = await client.startRun(await client.createGraph(graph.graph), { input: { n: 5 }, idempotencyKey: "one" });
  await expect.poll(() => first?.output, patient).toContain(`failpoint ${failpoint}: pause`);
  await second?.start();
  return { deployment, service, client, graph, run };
}

/** What the run's log says once the stopped worker has had the time to go on. */
async function eventsAfterWaking({ deployment, client, run }: Scene) {
  await expect.poll(async () => (await client.readRun(run)).state, patient).toBe("succeeded");
  const before = await client.events(run);
  deployment.drivers[0]?.signal("SIGCONT");
  await sleep(3_000);
  expect(await client.events(run)).toEqual(before);
  return before;
}

async function decideWhenAsked({ client, run }: Scene, decision: { decision: string; edited?: object }) {
  await expect.poll(async () => (await client.gates()).map((gate) => gate.run), patient).toEqual([run]);
  const [gate] = await client.gates();
  expect(await client.decide(gate?.id ?? "", decision)).toBe(true);
}

async function expectRight({ deployment, client, service, graph, run }: Scene) {
  const ended = await gatherRun(client, { run, graph, n: 5 });
  expect(ended && checkRun(ended, service)).toEqual([]);
  await deployment.stop();
  expect(await violationsOf(deployment)).toEqual([]);
}

describe("a worker that is stopped for longer than its lease, and goes on", () => {
  test(
    "after its write: what it wants to record is refused",
    async () => {
      const scene = await stopAt("after-effect");
      if (!scene) return;
      await decideWhenAsked(scene, { decision: "happened", edited: { body: { value: 6 }, response: {} } });
      const events = await eventsAfterWaking(scene);
      expect(events.filter((event) => event.type === "node-succeeded" && event.node === "node_one")).toEqual([]);
      expect(scene.service.plainCalls(`${scene.run}.one`)).toBe(1);
      await expectRight(scene);
    },
    TIMEOUT_MS,
  );

  test(
    "before its write: each generation is written at most once",
    async () => {
      const scene = await stopAt("after-intent");
      if (!scene) return;
      await decideWhenAsked(scene, { decision: "again" });
      await eventsAfterWaking(scene);
      expect(scene.service.plainCalls(`${scene.run}.one`)).toBeLessThanOrEqual(2);
      console.info(`The write of the stopped worker was ${scene.service.plainCalls(`${scene.run}.one`) === 2 ? "made late" : "not made"}.`);
      await expectRight(scene);
    },
    TIMEOUT_MS,
  );

  test(
    "after it took the run: the other one's work stands",
    async () => {
      const scene = await stopAt("after-claim");
      if (!scene) return;
      await eventsAfterWaking(scene);
      expect(scene.service.plainCalls(`${scene.run}.one`)).toBe(1);
      await expectRight(scene);
    },
    TIMEOUT_MS,
  );
});
