import { type ConnectionId, connectionIdSchema } from "#runtime/graph/ids.ts";
import type { Logger } from "../logger.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import type { CheckedRow, ConnectionChecks } from "../store/connection-checks.ts";
import type { ConnectionRow, ConnectionStore } from "../store/connections.ts";

/** How an outside system fares. */
export interface SeenHealth {
  state: "green" | "yellow" | "red";
  detail: string;
}

/** Keeps what is known of the health of connections current. Starts no program: a server of this machine is looked at only while somebody uses it. */
export interface HealthWatch {
  /** Looks at what is due now; answers how many were looked at. */
  look(): Promise<number>;
  /** Looks now and then. */
  start(): void;
  close(): Promise<void>;
}

export interface HealthWatchGiven {
  checks: ConnectionChecks;
  store: Pick<ConnectionStore, "setState">;
  pool: Pick<McpPool, "look">;
  /** By kind; undefined: it says nothing of the health. Each is cheap, and asks no model. */
  ask: Readonly<Record<ConnectionRow["kind"], (id: ConnectionId) => Promise<SeenHealth | undefined>>>;
  logger: Pick<Logger, "warn" | "debug">;
  now?: () => number;
  /** From 0 up to 1. */
  random?: () => number;
}

const EVERY_MS = 60_000;
/** Between looks at one that answers, by whatever process. */
const WELL_MS = 5 * 60_000;
/** After a failure; twice as long after each further one. */
const ILL_MS = 60_000;
const LONGEST_MS = 60 * 60_000;
/** As long as one process has it to itself. */
const CLAIM_MS = 5 * 60_000;
const AT_ONCE = 4;
/** Part by which times differ, so that nobody is asked by all at the same moment. */
const JITTER = 0.2;

export function createHealthWatch({ checks, store, pool, ask, logger, now = Date.now, random = Math.random }: HealthWatchGiven): HealthWatch {
  const told = new Map<string, string>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> | undefined;
  const spread = (ms: number) => ms * (1 - JITTER + 2 * JITTER * random());
  const tell = async (id: string, { state, detail }: SeenHealth) => {
    await store.setState(id, { state, detail: detail.slice(0, 2_000), checkedAt: new Date(now()).toISOString() });
  };

  const check = async (row: CheckedRow) => {
    const seen = await ask[row.kind](connectionIdSchema.parse(row.id)).catch((error: unknown): undefined => {
      logger.debug({ error, connection: row.id }, "A connection could not be looked at.");
    });
    if (seen) await tell(row.id, seen);
    const failures = seen === undefined || seen.state === "green" ? 0 : row.checkFailures + 1;
    const wait = failures === 0 ? WELL_MS : Math.min(LONGEST_MS, ILL_MS * 2 ** (failures - 1));
    await checks.schedule(row.id, { at: new Date(now() + spread(wait)), failures });
  };
  /** What runs in this process. */
  const lookAtOwn = async () => {
    for (const { id, status } of await pool.look()) {
      const { state, detail } = status;
      const text = `${state} ${detail}`;
      if (state === "unknown" || told.get(id) === text) continue;
      told.set(id, text);
      await tell(id, { state, detail });
    }
  };
  const look = async () => {
    await lookAtOwn();
    let looked = 0;
    for (;;) {
      const rows = await checks.claim({ now: new Date(now()), until: new Date(now() + CLAIM_MS), limit: AT_ONCE });
      await Promise.all(rows.map(check));
      looked += rows.length;
      if (rows.length < AT_ONCE) return looked;
    }
  };
  const next = () => {
    timer = setTimeout(() => {
      working = look()
        .catch((error: unknown) => logger.warn({ error }, "The health of connections could not be looked at; trying again later."))
        .finally(() => {
          if (timer !== undefined) next();
        });
    }, spread(EVERY_MS)).unref();
  };
  return {
    look,
    start: () => {
      if (timer === undefined) next();
    },
    close: async () => {
      clearTimeout(timer);
      timer = undefined;
      await working;
    },
  };
}
