import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { afterAll, afterEach, expect, test } from "vitest";
import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import { readGraph } from "#runtime/graph/read.ts";
import { emptyGraph, graphSchema } from "#runtime/graph/schema.ts";
import { createRandom } from "#server/engine/failpoints.ts";
import { createDocumentUpdateStore } from "#server/store/document-updates.ts";
import { createChaosClient } from "./support/chaos-client.ts";
import { type Deployment, deployEmbedded, deployOnPostgres } from "./support/deployment.ts";
import { createEditingClient, type EditingClient, readFresh } from "./support/editing-client.ts";
import { chaosSeed, violationsOf } from "./support/run-chaos.ts";

const CLIENTS = 5;
/** Milliseconds between two edits of one person. */
const PACE_MS = 40;
const LIFE_MS = 500;
const TIMEOUT_MS = 180_000;
const NOWHERE = "127.0.0.1:1";
const patient = { timeout: 30_000, interval: 50 };

const seed = chaosSeed();
const onPostgres = await deployOnPostgres({ allow: NOWHERE, workers: 0 });
const embedded = await deployEmbedded({ allow: NOWHERE });
const clients: EditingClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(async () => {
  await onPostgres?.dispose();
  await embedded.dispose();
});

// ten kills in all; where there is no Postgres, the embedded database takes them all
test.for<[kind: string, kills: number, deployment: Deployment | undefined]>([
  ["the embedded database", onPostgres ? 4 : 10, embedded],
  ["Postgres", 6, onPostgres],
])(
  "a server on %s that is killed %i times while five people edit keeps every acknowledged edit",
  { timeout: TIMEOUT_MS },
  async ([_kind, kills, deployment], { skip }) => {
    if (!deployment) return skip("No Postgres for tests (set HEDDLE_TEST_DATABASE_URL).");
    // what is drawn falls on other moments, and on what others have done by then
    console.info(`CHAOS_SEED=${seed} makes edits like these again.`);
    const random = createRandom(seed);
    const { web } = deployment;
    await deployment.start();
    const graph = await createChaosClient({ url: web.url, token: deployment.token }).createGraph(emptyGraph("Edited"));
    clients.push(...Array.from({ length: CLIENTS }, (_, index) => createEditingClient({ url: web.url, graph, name: `c${index}`, random })));
    let isBusy = true;
    const pace = setInterval(() => {
      // now and then also while the server is away
      if (isBusy || random() < 0.1) for (const client of clients) client.edit();
    }, PACE_MS);
    try {
      for (let kill = 0; kill < kills; kill++) {
        for (const client of clients) client.connect();
        // somebody hears that something is saved before each kill
        const before = clients.map((client) => client.durableClock());
        await expect.poll(() => clients.some((client, index) => client.durableClock() > (before[index] ?? 0)), patient).toBe(true);
        await sleep(random() * LIFE_MS);
        await web.kill();
        for (const client of clients) client.disconnect();
        isBusy = false;
        await web.start();
        isBusy = true;
        // before anybody could send it again
        expect(lostFrom(await readFresh({ url: web.url, graph }))).toEqual([]);
      }
    } finally {
      clearInterval(pace);
    }
    for (const client of clients) client.connect();
    await expect.poll(() => clients.every((client) => client.isSaved()), patient).toBe(true);
    const last = await readFresh({ url: web.url, graph });
    await expect.poll(() => clients.every(({ doc }) => isSame(doc, last)), patient).toBe(true);
    expect(graphSchema.safeParse(readGraph(graphDocument(last))).success).toBe(true);
    await deployment.stop();
    expect(await storedIn(deployment, graph)).toEqual(readGraph(graphDocument(last)));
    expect(await violationsOf(deployment)).toEqual([]);
  },
);

/** Who was told that something is saved which is not there. */
function lostFrom(doc: Y.Doc): string[] {
  const there = Y.decodeStateVector(Y.encodeStateVector(doc));
  return clients.flatMap((client, index) => {
    const [has, told] = [there.get(client.doc.clientID) ?? 0, client.durableClock()];
    return has < told ? [`c${index}: ${told} were acknowledged, ${has} are there`] : [];
  });
}

function isSame(left: Y.Doc, right: Y.Doc): boolean {
  return isDeepStrictEqual(readGraph(graphDocument(left)), readGraph(graphDocument(right)));
}

async function storedIn(deployment: Deployment, graph: GraphId) {
  const database = await deployment.open();
  try {
    const doc = new Y.Doc();
    for (const part of (await createDocumentUpdateStore(database).load(graph)).parts) Y.applyUpdate(doc, part);
    return readGraph(graphDocument(doc));
  } finally {
    await database.close();
  }
}
