import type { ToolCall, ToolDescription, ToolRegistry, ToolResult } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { Logger } from "../logger.ts";
import { limitCall } from "./call-limit.ts";
import { callTool } from "./call-tool.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { McpConnection, McpConnectionSettings } from "./connection-settings.ts";
import { type ConnectionStatus, describeStatus } from "./connection-status.ts";
import { couldNotStart, endedFailure, notFound } from "./failures.ts";
import { createPoolEntry, type PoolEntry } from "./pool-entry.ts";
import type { PoolLimits, PoolSurroundings } from "./supervised-client.ts";
import { type ConnectionTest, testConnection } from "./test-connection.ts";

const DEFAULT_LIMITS: PoolLimits = { connectTimeoutMs: 30_000, graceMs: 2_000, idleMs: 10 * 60_000, drainMs: 30_000 };

export interface McpPoolOptions {
  /** Asked before every call, so that a change made by another process is seen: keep it quick. Undefined when there is none. */
  loadConnection: (id: string) => Promise<McpConnection | undefined>;
  /** After the first listing of each revision, and whenever a listing differs from the last. */
  onToolsChanged?: (connection: McpConnection, tools: ToolDescription[]) => void;
  /** Asked before each call is sent, with the tool as it is listed now. Refuses by throwing `NodeError`. */
  checkCall?: (connection: McpConnection, tool: ToolDescription) => Promise<void>;
  logger: Logger;
  /** Removes secrets of the settings from what servers write to their error output. */
  redact?: (text: string, settings: McpConnectionSettings) => string;
  limits?: Partial<PoolLimits>;
  clock?: Clock;
}

export interface McpPool extends ToolRegistry {
  /** Tries a stored connection (by id) or settings that are not stored yet. A passed test of a stored one lifts its quarantine. */
  test(target: string | McpConnectionSettings): Promise<ConnectionTest>;
  /** How a connection is doing in this process; starts nothing. */
  status(id: string): ConnectionStatus;
  /** The connection was changed or removed: calls under way may end, its client goes. */
  invalidate(id: string): void;
  /** Ends all clients at once. Resolves when no process is left. */
  close(): Promise<void>;
}

/** The MCP clients of this process: one for each connection and revision, started when needed. */
export function createMcpPool(options: McpPoolOptions): McpPool {
  const surroundings: PoolSurroundings = {
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    clock: options.clock ?? systemClock,
    logger: options.logger,
    redact: options.redact ?? ((text) => text),
    onToolsChanged: options.onToolsChanged ?? (() => undefined),
  };
  const entries = new Map<string, PoolEntry>();
  const retiring = new Map<PoolEntry, Promise<void>>();
  const tests = new Set<Promise<ConnectionTest>>();
  const shutdown = new AbortController();

  const invalidate = (id: string) => {
    const entry = entries.get(id);
    if (!entry) return;
    entries.delete(id);
    retiring.set(
      entry,
      entry.retire().finally(() => retiring.delete(entry)),
    );
  };

  const entryOf = async (id: string): Promise<PoolEntry> => {
    const connection = await options.loadConnection(id);
    if (shutdown.signal.aborted) throw couldNotStart({ message: "The server is shutting down.", advice: "Try again when it runs." });
    const known = entries.get(id);
    if (connection && known?.connection.revision === connection.revision) return known;
    invalidate(id);
    if (!connection) throw notFound(`There is no MCP connection "${id}".`);
    const entry = createPoolEntry(connection, surroundings);
    entries.set(id, entry);
    return entry;
  };

  const test = async (target: string | McpConnectionSettings): Promise<ConnectionTest> => {
    if (typeof target !== "string") return testConnection(target, surroundings, shutdown.signal);
    const { connection, client } = await entryOf(target);
    const result = await testConnection(connection.settings, surroundings, shutdown.signal);
    client.tested(result.error);
    return result;
  };

  return {
    call: (call) => callThroughPool(call, entryOf, options.checkCall),
    list: async (id) => {
      const entry = await entryOf(id);
      const letGo = entry.hold();
      try {
        const client = await entry.client.connect();
        // Without the promise to tell of changes, only asking again shows them.
        if (!client.client.getServerCapabilities()?.tools?.listChanged) await client.refresh();
        return client.tools();
      } catch (error) {
        throw asUnsent(error);
      } finally {
        letGo();
      }
    },
    test: (target) => {
      const testing = test(target).finally(() => tests.delete(testing));
      tests.add(testing);
      return testing;
    },
    status: (id) => {
      const nothing = { phase: "stopped", checkedAt: null, crashes: 0, quarantineMs: 0, problem: undefined, tools: 0 } as const;
      return entries.get(id)?.client.status() ?? describeStatus(nothing);
    },
    invalidate,
    close: async () => {
      shutdown.abort();
      const ends = [...entries.values(), ...retiring.keys()].map((entry) => entry.client.end());
      entries.clear();
      await Promise.allSettled([...ends, ...tests]);
    },
  };
}

async function callThroughPool(call: ToolCall, entryOf: (id: string) => Promise<PoolEntry>, checkCall: McpPoolOptions["checkCall"]): Promise<ToolResult> {
  const limit = limitCall(call);
  try {
    const entry = await limit.race(entryOf(call.connection));
    const letGo = entry.hold();
    try {
      const live = await limit.race(entry.client.connect());
      const tool = await limit.race(live.find(call.tool));
      if (!tool) throw notFound(`The MCP connection "${entry.connection.name}" has no tool "${call.tool}".`);
      if (checkCall) await limit.race(checkCall(entry.connection, tool.description));
      return await callTool({ live, tool, call, limit });
    } finally {
      letGo();
    }
  } catch (error) {
    throw !(error instanceof NodeError) && limit.end ? endedFailure(limit.end, call.tool, "no") : asUnsent(error);
  } finally {
    limit.finish();
  }
}

/** What is thrown before a call is sent and is no `NodeError` yet: nothing happened. */
function asUnsent(error: unknown): NodeError {
  if (error instanceof NodeError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return couldNotStart({ message: `The MCP server could not be reached: ${reason}`, advice: "Test the connection.", cause: error });
}
