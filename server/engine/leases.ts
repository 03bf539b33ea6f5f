import type { GraphId, RunId } from "#runtime/graph/ids.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import type { Logger } from "../logger.ts";
import type { RunDriver } from "./run-driver.ts";

/** A run that this process drives, under a lease. */
export interface Driven {
  driver: RunDriver;
  epoch: number;
  graph: GraphId;
  plan: Plan;
  /** Milliseconds (of `performance.now`) at which the lease was asked for, or used, with success. */
  confirmedAt: number;
  /** The run itself is in the database. */
  isRecorded: boolean;
  /** What lists of runs were told of it. */
  shown?: string;
}

export interface LeasesGiven {
  /** Lengthens leases; returns the runs whose lease is still ours. */
  renew: (leases: ReadonlyMap<RunId, number>) => Promise<ReadonlySet<RunId>>;
  drivers: ReadonlyMap<RunId, Driven>;
  leaseMs: number;
  logger: Logger;
}

/** Renews the leases of all driven runs three times in their length; a driver whose lease is another's stops at once. */
export function keepLeases({ renew, drivers, leaseMs, logger }: LeasesGiven) {
  let timer: NodeJS.Timeout | undefined;
  const renewAll = async () => {
    if (drivers.size === 0) return;
    const askedAt = performance.now();
    // what is not recorded yet has no lease to renew: it comes with it
    const held = new Map([...drivers].flatMap(([run, { epoch, isRecorded }]) => (isRecorded ? [[run, epoch] as const] : [])));
    const kept = await renew(held);
    for (const [run, epoch] of held) {
      const driven = drivers.get(run);
      if (driven?.epoch !== epoch) continue;
      if (kept.has(run)) driven.confirmedAt = askedAt;
      else driven.driver.abandon();
    }
  };
  return {
    start: () => {
      timer = setInterval(() => renewAll().catch((error) => logger.error({ error }, "Renewing leases failed; trying again.")), leaseMs / 3);
    },
    stop: () => clearInterval(timer),
  };
}
