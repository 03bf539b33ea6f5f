import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { Redis } from "ioredis";

let hasExplained = false;

/** HEDDLE_TEST_REDIS_URL or a Redis at 127.0.0.1:6379; undefined, and the reason printed once, when none answers. */
export async function redisForTests(): Promise<string | undefined> {
  const url = process.env.HEDDLE_TEST_REDIS_URL ?? "redis://127.0.0.1:6379/0";
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.ping();
    return url;
  } catch (error) {
    if (!hasExplained) console.warn(`No Redis for tests (set HEDDLE_TEST_REDIS_URL): ${error instanceof Error ? error.message : String(error)}`);
    hasExplained = true;
    return undefined;
  } finally {
    client.disconnect();
  }
}

export async function keysOf(url: string, prefix: string): Promise<string[]> {
  const client = new Redis(url);
  try {
    return await client.keys(`${prefix}*`);
  } finally {
    client.disconnect();
  }
}

/** Removes every key that begins with a prefix, as a Redis does that lost its memory. */
export async function forgetKeys(url: string, prefix: string): Promise<number> {
  const client = new Redis(url);
  try {
    const keys = await client.keys(`${prefix}*`);
    return keys.length > 0 ? await client.del(keys) : 0;
  } finally {
    client.disconnect();
  }
}

/** A way to a Redis that can be cut and mended. */
export interface CutWire {
  url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function wireTo(redis: string): Promise<CutWire> {
  const { hostname, port, pathname } = new URL(redis);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port || 6379), hostname);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        near.destroy();
        far.destroy();
        sockets.delete(socket);
      });
    }
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  await listen(0);
  const { port: own } = server.address() as AddressInfo;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return { url: `redis://127.0.0.1:${own}${pathname}`, cut, mend: () => listen(own), close: cut };
}
