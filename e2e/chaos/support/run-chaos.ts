import { createRandom } from "#server/engine/failpoints.ts";
import { checkInvariants, type Violation } from "#server/store/check-invariants.ts";
import { createChaosClient } from "./chaos-client.ts";
import { type Deployment, deployEmbedded, deployOnPostgres } from "./deployment.ts";
import { type EffectService, startEffectService } from "./effect-service.ts";
import { killProcess } from "./kill-processes.ts";
import { createLoad, type LoadReport } from "./run-load.ts";

export interface ChaosOptions {
  database: Deployment["kind"];
  kills: number;
  seed: number;
  /** Runs in flight at once. */
  inFlight?: number;
  redisUrl?: string;
  onProgress?: (kills: number) => void;
}

export interface ChaosReport extends LoadReport {
  seed: number;
  /** How often it was killed where: at a failpoint, or at any time. */
  killed: Record<string, number>;
  violations: Violation[];
}

/** A seed for this campaign: the one of `CHAOS_SEED`, to see something again, or any. */
export function chaosSeed(): number {
  return Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 1e9));
}

/**
 * Kills the real server while runs are in flight, starts it again, and looks at what became of the runs, of their effects
 * outside and of what is stored. Undefined when there is no such database here.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport | undefined> {
  const random = createRandom(options.seed);
  const service = await startEffectService({ random: createRandom(options.seed + 1), delayMs: 80, resetRate: 0.03 });
  const deploymentOptions = { allow: `127.0.0.1:${service.port}`, ...(options.redisUrl && { redisUrl: options.redisUrl }) };
  const deployment = await (options.database === "pglite" ? deployEmbedded : deployOnPostgres)(deploymentOptions);
  try {
    return deployment && (await campaign(options, { deployment, service, random }));
  } finally {
    await deployment?.dispose();
    await service.close();
  }
}

async function campaign(options: ChaosOptions, given: { deployment: Deployment; service: EffectService; random: () => number }): Promise<ChaosReport> {
  const { deployment, service, random } = given;
  const { drivers, web } = deployment;
  await deployment.start();
  const client = createChaosClient({ url: web.url, token: deployment.token });
  const load = createLoad({ client, service, random: createRandom(options.seed + 2), inFlight: options.inFlight ?? 24 });
  await load.begin();
  const killed: Record<string, number> = {};
  let kills = 0;
  const onKill = (where: string) => {
    const at = where.replace(/:.*/, "");
    killed[at] = (killed[at] ?? 0) + 1;
    options.onProgress?.(++kills);
  };
  // the web process dies now and then, too, where it is one of its own
  const targets = drivers.includes(web) ? [web] : [...drivers, web];
  const shares = targets.map((target) => (target === web && targets.length > 1 ? 0.1 : 1));
  const whole = shares.reduce((sum, share) => sum + share, 0);
  await Promise.all(
    targets.map((process, index) => {
      const share = Math.max(1, Math.round((options.kills * (shares[index] ?? 0)) / whole));
      return killProcess({ process, kills: share, random: createRandom(Math.floor(random() * 2 ** 31)), onKill });
    }),
  );
  const report = await load.finish();
  await deployment.stop();
  return { ...report, seed: options.seed, killed, violations: await violationsOf(deployment) };
}

/** What does not hold together in the database of a deployment; the embedded one must be stopped. */
export async function violationsOf(deployment: Deployment): Promise<Violation[]> {
  const database = await deployment.open();
  try {
    return await checkInvariants(database, { lateMs: 60_000 });
  } finally {
    await database.close();
  }
}
