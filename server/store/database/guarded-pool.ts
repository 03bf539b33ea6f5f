import { AsyncLocalStorage } from "node:async_hooks";
import pg from "pg";
import { NestedDatabaseUseError } from "./database-errors.ts";

/** Open while the callback of a transaction runs; work that outlives the transaction may use the handle again. */
const transactionScope = new AsyncLocalStorage<{ open: boolean }>();

/** Runs the callback of a transaction; a pool used from inside it throws NestedDatabaseUseError at once. */
export async function insideTransaction<T>(callback: () => Promise<T>): Promise<T> {
  const scope = { open: true };
  try {
    // Awaited within: a query of Drizzle's starts only when somebody awaits it, and the callback may return one.
    return await transactionScope.run(scope, async () => await callback());
  } finally {
    scope.open = false;
  }
}

export function refuseInsideTransaction(): void {
  if (transactionScope.getStore()?.open) throw new NestedDatabaseUseError();
}

/** A pool that refuses to be used from inside a transaction of this process. */
export class GuardedPool extends pg.Pool {
  constructor(options: pg.PoolConfig) {
    super(options);
    // A connection that dies while idle or between two statements reports here; the next statement on it fails with the same error.
    this.on("error", () => undefined);
    this.on("connect", (client) => client.on("error", () => undefined));
    guard(this);
  }
}

/** `connect` and `query` have nine overloads between them: wrapped as values, they keep all of them. */
function guard(pool: pg.Pool): void {
  for (const name of ["connect", "query"] as const) {
    const original: unknown = Reflect.get(pool, name);
    if (typeof original !== "function") continue;
    const guarded = (...parameters: unknown[]): unknown => {
      refuseInsideTransaction();
      return Reflect.apply(original, pool, parameters);
    };
    Object.defineProperty(pool, name, { value: guarded });
  }
}
