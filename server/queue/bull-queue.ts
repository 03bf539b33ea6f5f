import type { Logger } from "../logger.ts";
import { createBullDoorbell } from "./bull-doorbell.ts";
import type { Queue } from "./queue.ts";
import { openRedis } from "./redis-connection.ts";
import { createRedisFanout } from "./redis-fanout.ts";

const CLOSE_MS = 2_000;

export interface BullQueueGiven {
  url: string;
  logger: Logger;
  /** Of all keys and channels: installations that share a Redis must not hear each other. */
  prefix: string;
}

/** Through Redis. It may be away from the start, vanish, or lose everything: that costs latency and nothing else. */
export function createBullQueue({ url, logger, prefix }: BullQueueGiven): Queue {
  const commands = openRedis({ url, use: "commands", logger });
  // what happens to it happens to the other one too, and one of them is enough to tell of it
  const subscriber = openRedis({ url, use: "subscriber", logger: undefined });
  const fanout = createRedisFanout({ commands, subscriber, prefix: `${prefix}:` });
  const doorbell = createBullDoorbell({ commands, fanout, prefix });
  return {
    kind: "bullmq",
    doorbell,
    fanout,
    close: async () => {
      fanout.close();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, CLOSE_MS);
      });
      await Promise.race([doorbell.close(), late]);
      clearTimeout(timer);
      commands.close();
      subscriber.close();
    },
  };
}
