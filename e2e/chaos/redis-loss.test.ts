import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { createRandom } from "#server/engine/failpoints.ts";
import { createChaosClient } from "./support/chaos-client.ts";
import { deployOnPostgres } from "./support/deployment.ts";
import { startEffectService } from "./support/effect-service.ts";
import { startRedis } from "./support/redis-child.ts";
import { chaosSeed, violationsOf } from "./support/run-chaos.ts";
import { createLoad } from "./support/run-load.ts";

const redis = await startRedis();
const seed = chaosSeed();
const service = await startEffectService({ random: createRandom(seed), delayMs: 40, resetRate: 0 });
const deployment = redis && (await deployOnPostgres({ allow: `127.0.0.1:${service.port}`, redisUrl: redis.url }));
afterAll(async () => {
  await deployment?.dispose();
  await service.close();
  await redis?.dispose();
});

test.runIf(redis && deployment)(
  "a Redis that forgets everything, dies and comes back costs time and no run",
  async () => {
    if (!redis || !deployment) return;
    console.info(`CHAOS_SEED=${seed} repeats this load.`);
    await deployment.start();
    const client = createChaosClient({ url: deployment.web.url, token: deployment.token });
    const load = createLoad({ client, service, random: createRandom(seed), inFlight: 10 });
    await load.begin();
    await sleep(1_500);
    await redis.flush();
    await sleep(1_500);
    await redis.kill();
    await sleep(3_000);
    await redis.start();
    await sleep(1_000);
    await redis.flush();
    const report = await load.finish();
    expect(report.problems).toEqual([]);
    // nobody was lost, so nothing was in doubt
    expect(report.decided).toBe(0);
    expect(report.runs).toBeGreaterThan(10);
    await deployment.stop();
    expect(await violationsOf(deployment)).toEqual([]);
  },
  300_000,
);
