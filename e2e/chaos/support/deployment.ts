import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Database, openDatabase } from "#server/store/database/open-database.ts";
import { postgresForTests } from "#server/store/database/test-database.ts";
import { LABEL } from "./container-graphs.ts";
import { createServerProcess, type ServerProcess } from "./server-process.ts";

/** Heddle as somebody runs it: its processes and its database. Nothing is started yet. */
export interface Deployment {
  readonly kind: "pglite" | "postgres";
  /** Answers requests. */
  readonly web: ServerProcess;
  /** Further ones that answer requests. */
  readonly otherWebs: readonly ServerProcess[];
  /** Those that drive runs; with the embedded database the web process itself. */
  readonly drivers: readonly ServerProcess[];
  /** The token of the owner's scripts. */
  token(): Promise<string>;
  /** The database itself; the embedded one only while no process is alive. */
  open(): Promise<Database>;
  /** Starts all of them. */
  start(): Promise<void>;
  /** SIGTERM for all of them. */
  stop(): Promise<void>;
  /** Ends what is left and removes every trace. */
  dispose(): Promise<void>;
}

export interface DeploymentOptions {
  /** Host and port that workflows may call. */
  allow: string;
  leaseMs?: number;
  workers?: number;
  /** Web processes in all. */
  webs?: number;
  redisUrl?: string;
  /** The address under which the processes find the database, when there is something in between. */
  through?: (databaseUrl: string) => Promise<string>;
}

/** Runs one process with the embedded database. */
export async function deployEmbedded(options: DeploymentOptions): Promise<Deployment> {
  const directory = await mkdtemp(join(tmpdir(), "heddle-chaos-"));
  const process = await createServerProcess({ ...environmentOf(directory, options), HEDDLE_WORKER_LABELS: LABEL });
  return deployment({ kind: "pglite", directory, web: process, otherWebs: [], drivers: [process], open: () => openDatabase({ dataDirectory: directory }) });
}

/** Runs a web process and workers over a new database; undefined, with the reason printed, when no Postgres answers. */
export async function deployOnPostgres(options: DeploymentOptions): Promise<Deployment | undefined> {
  const scratch = await postgresForTests();
  if (scratch === undefined) return undefined;
  const directory = await mkdtemp(join(tmpdir(), "heddle-chaos-"));
  const DATABASE_URL = (await options.through?.(scratch.url)) ?? scratch.url;
  const create = (HEDDLE_ROLE: "web" | "worker", HEDDLE_WORKER_LABELS = "") =>
    createServerProcess({ ...environmentOf(directory, options), DATABASE_URL, HEDDLE_ROLE, HEDDLE_WORKER_LABELS });
  const web = await create("web");
  const otherWebs = await Promise.all(Array.from({ length: (options.webs ?? 1) - 1 }, () => create("web")));
  // one of them has what others do not
  const drivers = await Promise.all(Array.from({ length: options.workers ?? 2 }, (_, index) => create("worker", index === 0 ? LABEL : "")));
  return deployment({ kind: "postgres", directory, web, otherWebs, drivers, open: () => openDatabase({ url: scratch.url }), drop: scratch.drop });
}

function environmentOf(directory: string, { allow, leaseMs = 2_000, redisUrl = "" }: DeploymentOptions): Record<string, string> {
  return {
    HEDDLE_DATA: directory,
    HEDDLE_LEASE_MS: String(leaseMs),
    HEDDLE_EGRESS_ALLOW: allow,
    HEDDLE_FAILPOINTS: "",
    REDIS_URL: redisUrl,
    DATABASE_URL: "",
    LOG_LEVEL: "error",
  };
}

function deployment(
  given: Pick<Deployment, "kind" | "web" | "otherWebs" | "drivers" | "open"> & { directory: string; drop?: () => Promise<void> },
): Deployment {
  const { directory, drop, ...parts } = given;
  const processes = [...new Set([parts.web, ...parts.otherWebs, ...parts.drivers])];
  return {
    ...parts,
    token: async () => (await readFile(join(directory, "token"), "utf8")).trim(),
    start: async () => {
      await Promise.all(processes.map((process) => process.start()));
    },
    stop: async () => {
      await Promise.all(processes.map((process) => process.stop()));
    },
    dispose: async () => {
      await Promise.all(processes.map((process) => process.kill()));
      await drop?.();
      await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
