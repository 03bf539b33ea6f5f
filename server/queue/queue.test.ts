import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createId, type RunId } from "#runtime/graph/ids.ts";
import { type Logger, silentLogger } from "../logger.ts";
import { createBullQueue } from "./bull-queue.ts";
import { createMemoryQueue, createQueue, type Queue } from "./queue.ts";
import { forgetKeys, keysOf, redisForTests, wireTo } from "./test-redis.ts";

const redis = await redisForTests();
const queues: Queue[] = [];
const prefixes: string[] = [];
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()));
  for (const prefix of prefixes.splice(0)) await forgetKeys(redis ?? "", prefix);
});

describe("the queue within one process", () => {
  test("rings everybody who listens, and nobody who stopped", async () => {
    const { doorbell, fanout, kind, close } = createMemoryQueue();
    const heard: string[] = [];
    doorbell.onRing((run) => heard.push(`first ${run}`));
    const stop = doorbell.onRing((run) => heard.push(`second ${run}`));
    const run = createId("run");
    doorbell.ring(run);
    stop();
    doorbell.ring(run);
    expect(heard).toEqual([`first ${run}`, `second ${run}`, `first ${run}`]);
    expect({ kind, fanout }).toEqual({ kind: "memory", fanout: undefined });
    await close();
    doorbell.ring(run);
    expect(heard).toHaveLength(3);
  });

  test("is what an installation without Redis gets", async () => {
    expect((await createQueue({ redisUrl: undefined, installation: () => Promise.reject(new Error("asked for no reason")), logger: silentLogger })).kind).toBe(
      "memory",
    );
  });
});

describe.runIf(redis)("the queue over Redis", () => {
  const url = redis ?? "";

  /** One process's worth of queue. */
  const open = (prefix: string, given: { url?: string; logger?: Logger } = {}) => {
    const queue = createBullQueue({ url: given.url ?? url, logger: given.logger ?? silentLogger, prefix });
    queues.push(queue);
    return queue;
  };
  const prefixed = () => {
    const prefix = `heddle-test-${randomUUID()}`;
    prefixes.push(prefix);
    return prefix;
  };
  const listen = (queue: Queue, isDriven?: (run: RunId) => boolean) => {
    const heard: RunId[] = [];
    queue.doorbell.onRing((run) => heard.push(run), isDriven);
    return heard;
  };
  /** Resolves when what is subscribed from here on is heard. */
  const subscribe = async (queue: Queue, channel: string) => {
    const heard: unknown[] = [];
    let gaps = 0;
    const stop = queue.fanout?.subscribe(channel, {
      message: (message) => heard.push(message),
      gap: () => {
        gaps += 1;
      },
    });
    await expect.poll(() => gaps).toBeGreaterThan(0);
    return { heard, gaps: () => gaps, stop };
  };

  test("a ring reaches one process of those that could drive the run, and leaves nothing behind", async () => {
    const prefix = prefixed();
    const web = open(prefix);
    const workers = [open(prefix), open(prefix), open(prefix)].map((queue) => listen(queue));
    const runs = Array.from({ length: 20 }, () => createId("run"));
    for (const run of runs) web.doorbell.ring(run);
    await expect.poll(() => workers.flat()).toHaveLength(20);
    expect(workers.flat().sort()).toEqual([...runs].sort());
    // the same run again: a finished job must not swallow it
    web.doorbell.ring(runs[0] ?? createId("run"));
    await expect.poll(() => workers.flat()).toHaveLength(21);
    const ofQueue = /:(meta|id|events|stalled-check|marker)$/;
    await expect.poll(async () => (await keysOf(url, prefix)).filter((key) => !ofQueue.test(key))).toEqual([]);
  });

  test("a ring reaches the process that drives the run, whoever takes the job", async () => {
    const prefix = prefixed();
    const run = createId("run");
    const driver = listen(open(prefix), (given) => given === run);
    for (let index = 0; index < 3; index++) listen(open(prefix), () => false);
    const web = open(prefix);
    await subscribe(web, "settled");
    for (let rings = 1; rings <= 5; rings++) {
      web.doorbell.ring(run);
      await expect.poll(() => driver.length).toBeGreaterThanOrEqual(rings);
    }
  });

  test("messages go to other processes that subscribed, not back, and not after the subscription ended", async () => {
    const prefix = prefixed();
    const [here, there] = [open(prefix), open(prefix)];
    const own = await subscribe(here, "run:a");
    const other = await subscribe(there, "run:a");
    const elsewhere = await subscribe(there, "run:b");
    here.fanout?.publish("run:a", { type: "committed", seq: 7 });
    await expect.poll(() => other.heard).toEqual([{ type: "committed", seq: 7 }]);
    other.stop?.();
    here.fanout?.publish("run:a", "late");
    here.fanout?.publish("run:b", "last");
    await expect.poll(() => elsewhere.heard).toEqual(["last"]);
    expect({ own: own.heard, other: other.heard }).toEqual({ own: [], other: [{ type: "committed", seq: 7 }] });
  });

  test("a Redis that goes away and comes back costs time only, and is said once each", async () => {
    const wire = await wireTo(url);
    const logger = { ...silentLogger, warn: vi.fn(), info: vi.fn() };
    const prefix = prefixed();
    const worker = listen(open(prefix));
    const web = open(prefix, { url: wire.url, logger });
    const live = await subscribe(web, "run:a");
    await wire.cut();
    await expect.poll(() => logger.warn).toHaveBeenCalled();
    const missed = [createId("run"), createId("run")];
    for (const run of [...missed, ...missed]) web.doorbell.ring(run);
    web.fanout?.publish("run:a", "lost");
    const before = live.gaps();
    await expect.poll(() => live.gaps(), { timeout: 15_000 }).toBeGreaterThan(before);
    await wire.mend();
    await expect.poll(() => worker, { timeout: 15_000 }).toHaveLength(2);
    expect([...worker].sort()).toEqual([...missed].sort());
    await expect.poll(() => logger.info, { timeout: 15_000 }).toHaveBeenCalled();
    await expect
      .poll(() => {
        queues[0]?.fanout?.publish("run:a", "heard again");
        return live.heard;
      })
      .toContain("heard again");
    expect({ away: logger.warn.mock.calls.length, back: logger.info.mock.calls.length }).toEqual({ away: 1, back: 1 });
    await web.close();
    await wire.close();
  });

  test("a Redis that was never there is no obstacle, neither to ringing nor to closing", async () => {
    const wire = await wireTo(url);
    await wire.cut();
    const logger = { ...silentLogger, warn: vi.fn() };
    const queue = open(prefixed(), { url: wire.url, logger });
    const heard = listen(queue);
    const run = createId("run");
    queue.doorbell.ring(run);
    queue.fanout?.publish("run:a", 1);
    expect(heard).toEqual([run]);
    await expect.poll(() => logger.warn).toHaveBeenCalledTimes(1);
    const before = Date.now();
    await queue.close();
    expect(Date.now() - before).toBeLessThan(10_000);
  });

  test("a Redis that lost everything goes on as if nothing had been", async () => {
    const prefix = prefixed();
    const worker = listen(open(prefix));
    const web = open(prefix);
    web.doorbell.ring(createId("run"));
    await expect.poll(() => worker).toHaveLength(1);
    expect(await forgetKeys(url, prefix)).toBeGreaterThan(0);
    web.doorbell.ring(createId("run"));
    await expect.poll(() => worker, { timeout: 15_000 }).toHaveLength(2);
  });
});
