import { isDeepStrictEqual } from "node:util";
import { afterAll, expect, test } from "vitest";
import { graphDocument } from "#runtime/graph/document.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { emptyGraph } from "#runtime/graph/schema.ts";
import { createRandom } from "#server/engine/failpoints.ts";
import { createChaosClient } from "./support/chaos-client.ts";
import { deployOnPostgres } from "./support/deployment.ts";
import { createEditingClient, type EditingClient } from "./support/editing-client.ts";
import { startRedis } from "./support/redis-child.ts";
import { chaosSeed, violationsOf } from "./support/run-chaos.ts";

const NOWHERE = "127.0.0.1:1";
const PACE_MS = 60;
const patient = { timeout: 30_000, interval: 50 };

const redis = await startRedis();
const deployment = redis && (await deployOnPostgres({ allow: NOWHERE, workers: 0, webs: 2, redisUrl: redis.url }));
const clients: EditingClient[] = [];
afterAll(async () => {
  for (const client of clients) client.close();
  await deployment?.dispose();
  await redis?.dispose();
});

const graphOf = ({ doc }: EditingClient) => readGraph(graphDocument(doc));
const sees = (client: EditingClient, other: EditingClient) => client.provider.awareness.getStates().get(other.doc.clientID);

test.runIf(redis && deployment)(
  "two web processes behind Redis show each other's edits and presence, while Redis forgets, dies and comes back, and until one of them is killed",
  async () => {
    if (!redis || !deployment) return;
    const { web } = deployment;
    const [otherWeb] = deployment.otherWebs;
    if (!otherWeb) throw new Error("There is one web process only.");
    const seed = chaosSeed();
    console.info(`CHAOS_SEED=${seed} makes edits like these again.`);
    const random = createRandom(seed);
    await deployment.start();
    const graph = await createChaosClient({ url: web.url, token: deployment.token }).createGraph(emptyGraph("Shared"));
    const join = (url: string, name: string) => {
      const client = createEditingClient({ url, graph, name, random });
      clients.push(client);
      client.connect();
      client.provider.awareness.setLocalState({ user: { name } });
      return client;
    };
    const [here, there, alsoThere] = [join(web.url, "here"), join(otherWeb.url, "there"), join(otherWeb.url, "alsothere")];
    const isSame = () => clients.every((client) => client.isSaved() && isDeepStrictEqual(graphOf(client), graphOf(here)));
    const editFor = async (milliseconds: number) => {
      const pace = setInterval(() => {
        for (const client of clients) client.edit();
      }, PACE_MS);
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      clearInterval(pace);
    };

    await expect.poll(() => [sees(here, there), sees(there, here)], patient).toEqual([{ user: { name: "there" } }, { user: { name: "here" } }]);
    await editFor(1_000);
    await expect.poll(isSame, patient).toBe(true);
    await redis.flush();
    await editFor(500);
    await expect.poll(isSame, patient).toBe(true);
    await redis.kill();
    await editFor(500);
    await expect.poll(isSame, patient).toBe(true);
    await redis.start();
    here.provider.awareness.setLocalState({ user: { name: "back" } });
    await expect.poll(() => sees(there, here), patient).toEqual({ user: { name: "back" } });
    there.provider.awareness.setLocalState({ user: { name: "back, too" } });
    await expect.poll(() => sees(here, there), patient).toEqual({ user: { name: "back, too" } });

    const killed = performance.now();
    await otherWeb.kill();
    there.disconnect();
    alsoThere.disconnect();
    // nobody says goodbye for them
    await expect.poll(() => [sees(here, there), sees(here, alsoThere)], patient).toEqual([undefined, undefined]);
    expect(performance.now() - killed).toBeLessThan(15_000);
    await editFor(300);
    await otherWeb.start();
    there.connect();
    alsoThere.connect();
    await editFor(300);
    await expect.poll(isSame, patient).toBe(true);
    expect(graphOf(here).nodes.length).toBeGreaterThan(0);
    for (const client of clients.splice(0)) client.close();
    await deployment.stop();
    expect(await violationsOf(deployment)).toEqual([]);
  },
  180_000,
);
