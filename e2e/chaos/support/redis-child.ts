import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "./server-process.ts";

const START_MS = 20_000;

/** A Redis of the test's own, that may be emptied and ended. It keeps nothing. */
export interface RedisChild {
  readonly url: string;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Removes every key. */
  flush(): Promise<void>;
  dispose(): Promise<void>;
}

/** Undefined, with the reason printed, where there is no `redis-server`. */
export async function startRedis(): Promise<RedisChild | undefined> {
  if (spawnSync("redis-server", ["--version"], { timeout: 10_000 }).status !== 0) {
    console.warn("There is no redis-server to start: what is lost with it is not tested.");
    return undefined;
  }
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}/0`;
  const directory = await mkdtemp(join(tmpdir(), "heddle-redis-"));
  let child: ChildProcess | undefined;

  const ask = async <Answer>(question: (client: Redis) => Promise<Answer>): Promise<Answer> => {
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
    client.on("error", () => undefined);
    try {
      await client.connect();
      return await question(client);
    } finally {
      client.disconnect();
    }
  };
  const start = async () => {
    child = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", directory], { stdio: "ignore" });
    const deadline = Date.now() + START_MS;
    for (;;) {
      const answer = await ask((client) => client.ping()).catch(() => undefined);
      if (answer === "PONG") return;
      if (Date.now() > deadline) throw new Error("The Redis of the test does not answer.");
      await sleep(50);
    }
  };
  const kill = async () => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGKILL");
    await ended;
  };
  await start();
  return {
    url,
    start,
    kill,
    flush: async () => {
      await ask((client) => client.flushall());
    },
    dispose: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
