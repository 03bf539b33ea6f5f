import type { RunId } from "#runtime/graph/ids.ts";
import type { Logger } from "../logger.ts";
import type { ClaimedRun } from "./engine.ts";
import { failpoint } from "./failpoints.ts";

export interface ClaimsGiven {
  /** Takes the leases of runs that need a driver. */
  claim: (wish: { limit: number; except: readonly RunId[]; runs?: readonly RunId[] }) => Promise<ClaimedRun[]>;
  /** Runs this process may take on more. */
  room: () => number;
  /** Runs it drives. */
  driven: () => readonly RunId[];
  /** Drives a run. `askedAt`: milliseconds (of `performance.now`) at which its lease was asked for. */
  adopt: (claimed: ClaimedRun, askedAt: number) => Promise<void>;
  logger: Logger;
}

export interface Claims {
  /** Looks whether a run needs a driver, or which runs do. One look at a time; runs named while one is under way go into the next one together. */
  look(named?: RunId): Promise<void>;
  /** There is room for one more. */
  freed(): void;
  /** Settles when no look is under way. */
  idle(): Promise<void>;
}

/** Takes on runs that need a driver, as many as there is room for. */
export function createClaims({ claim, room, driven, adopt, logger }: ClaimsGiven): Claims {
  /** Runs that somebody rang for, for the next look. */
  const wanted = new Set<RunId>();
  /** The last look left runs to others for want of room. */
  let isFull = false;
  let looking: Promise<void> = Promise.resolve();

  const takeOn = async (runs: readonly RunId[] | undefined) => {
    wanted.clear();
    const limit = room();
    isFull = limit <= 0;
    if (isFull) return;
    failpoint("before-claim");
    const askedAt = performance.now();
    const claimed = await claim({ limit, except: driven(), ...(runs && { runs }) });
    if (claimed.length > 0) failpoint("after-claim");
    isFull = claimed.length >= limit;
    const failed = (run: RunId, error: unknown) => logger.error({ error, run }, "A run could not be taken up; trying again when its lease ends.");
    await Promise.all(claimed.map((one) => adopt(one, askedAt).catch((error: unknown) => failed(one.run, error))));
  };
  const look = (named?: RunId): Promise<void> => {
    if (named) wanted.add(named);
    looking = looking
      .then(() => (named && wanted.size === 0 ? undefined : takeOn(named && [...wanted])))
      .catch((error) => logger.error({ error }, "Looking for runs failed; trying again."));
    return looking;
  };
  return {
    look,
    freed: () => {
      if (isFull) void look();
    },
    idle: () => looking,
  };
}
