import type { Logger } from "../logger.ts";
import { createMemoryDoorbell, type Doorbell } from "./doorbell.ts";
import type { Fanout } from "./fanout.ts";

/** What the processes of one installation tell each other. The database is the record; all of this may be lost at any moment. */
export interface Queue {
  readonly kind: "memory" | "bullmq";
  readonly doorbell: Doorbell;
  /** Absent where there is one process only. */
  readonly fanout: Fanout | undefined;
  close(): Promise<void>;
}

export interface QueueGiven {
  redisUrl: string | undefined;
  /** What this installation is called among those that share a Redis. Asked only where there is one. */
  installation: () => Promise<string>;
  logger: Logger;
}

/** Through Redis when there is an address of one, else within this process. */
export async function createQueue(given: QueueGiven): Promise<Queue> {
  if (given.redisUrl === undefined) return createMemoryQueue();
  // loaded on demand: most installations have one process
  const { createBullQueue } = await import("./bull-queue.ts");
  return createBullQueue({ url: given.redisUrl, logger: given.logger, prefix: `heddle-${await given.installation()}` });
}

export function createMemoryQueue(): Queue {
  const doorbell = createMemoryDoorbell();
  return { kind: "memory", doorbell, fanout: undefined, close: doorbell.close };
}
