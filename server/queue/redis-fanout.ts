import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Fanout, FanoutListener } from "./fanout.ts";
import type { RedisConnection } from "./redis-connection.ts";

const envelopeSchema = z.strictObject({ from: z.string(), message: z.unknown() });

/** Milliseconds between two calls of `gap` while the connection is away. */
const GAP_MS = 2_000;
/** A connection that is dead without a word is found out by asking. */
const PING_MS = 10_000;

/** Over Redis's publish and subscribe. A connection that subscribes can do nothing else, hence two. */
export function createRedisFanout(given: { commands: RedisConnection; subscriber: RedisConnection; prefix: string }): Fanout & { close(): void } {
  const { commands, subscriber, prefix } = given;
  const origin = randomUUID();
  const channels = new Map<string, Set<FanoutListener>>();

  const tellGap = (names: Iterable<string>, still?: "away") => {
    for (const name of [...names]) for (const listener of channels.get(name) ?? []) listener.gap(still);
  };
  const begin = (names: readonly string[]) => {
    if (names.length === 0 || !subscriber.isReady()) return;
    subscriber.client.subscribe(...names).then(() => tellGap(names), subscriber.report);
  };
  subscriber.client.on("ready", () => begin([...channels.keys()]));
  subscriber.client.on("message", (name: string, text: string) => {
    const listeners = channels.get(name);
    const envelope = listeners && envelopeSchema.safeParse(parse(text));
    if (!envelope?.success || envelope.data.from === origin) return;
    for (const listener of listeners ?? []) listener.message(envelope.data.message);
  });
  begin([...channels.keys()]);
  const gaps = setInterval(() => {
    if (!subscriber.isReady()) tellGap(channels.keys(), "away");
  }, GAP_MS);
  const pings = setInterval(() => {
    if (subscriber.isReady()) subscriber.client.ping().catch(subscriber.report);
  }, PING_MS);
  gaps.unref();
  pings.unref();

  return {
    publish: (channel, message) => {
      if (commands.isReady()) commands.client.publish(prefix + channel, JSON.stringify({ from: origin, message })).catch(commands.report);
    },
    subscribe: (channel, listener) => {
      const name = prefix + channel;
      const listeners = channels.get(name) ?? new Set();
      channels.set(name, listeners.add(listener));
      // also for a second listener: it has to hear when nothing is missed any more
      begin([name]);
      return () => {
        if (!listeners.delete(listener) || listeners.size > 0 || channels.get(name) !== listeners) return;
        channels.delete(name);
        if (subscriber.isReady()) subscriber.client.unsubscribe(name).catch(subscriber.report);
      };
    },
    close: () => {
      clearInterval(gaps);
      clearInterval(pings);
      channels.clear();
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
