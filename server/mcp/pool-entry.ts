import type { McpConnection } from "./connection-settings.ts";
import { type PoolSurroundings, type SupervisedClient, superviseClient } from "./supervised-client.ts";

/** The one client of one revision of a connection, stopped when nobody needs it. */
export interface PoolEntry {
  connection: McpConnection;
  client: SupervisedClient;
  /** Keeps the client from being stopped; the answer, called once, lets go. */
  hold(): () => void;
  /** Ends for good when the last holder lets go, at the latest after `drainMs`. Resolves when no process is left. */
  retire(): Promise<void>;
}

export function createPoolEntry(connection: McpConnection, surroundings: PoolSurroundings): PoolEntry {
  const { clock, limits, logger } = surroundings;
  const client = superviseClient(connection, surroundings);
  const drained = Promise.withResolvers<void>();
  let retired = false;
  let holders = 0;
  let callOffIdle: () => void = () => undefined;

  const letGo = () => {
    holders--;
    if (holders > 0) return;
    if (retired) drained.resolve();
    else callOffIdle = clock.after(limits.idleMs, () => void stop());
  };
  const stop = async () => {
    logger.debug({ connection: connection.id }, "An MCP server is stopped: nobody needs it for now.");
    await client.stop();
  };

  return {
    connection,
    client,
    hold: () => {
      callOffIdle();
      holders++;
      return letGo;
    },
    retire: async () => {
      retired = true;
      callOffIdle();
      const callOff = clock.after(limits.drainMs, drained.resolve);
      if (holders === 0) drained.resolve();
      await drained.promise;
      callOff();
      await client.end();
    },
  };
}
