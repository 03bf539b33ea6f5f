import type { McpContent } from "#nodes/kit/mcp/content.ts";
import type { ToolCall, ToolClient, ToolDescription } from "#nodes/kit/mcp/service.ts";
import type { Logger } from "../logger.ts";
import { callThroughPool } from "./call-through-pool.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { McpConnection, McpConnectionSettings } from "./connection-settings.ts";
import { type ConnectionStatus, describeStatus } from "./connection-status.ts";
import { asUnsent, couldNotStart, notFound } from "./failures.ts";
import { createHeldCalls } from "./held-calls.ts";
import { createPoolEntry, type PoolEntry } from "./pool-entry.ts";
import { getPrompt, listPrompts, listResources, type Prompt, type Resource, type ResourceTemplate, readResource } from "./read-content.ts";
import { readThroughPool } from "./read-through-pool.ts";
import type { ServerLogEntry } from "./server-log.ts";
import type { PoolLimits, PoolSurroundings } from "./supervised-client.ts";
import { type ConnectionTest, testConnection } from "./test-connection.ts";

/** Milliseconds for a list of what a server has to read. */
const LIST_TIMEOUT_MS = 30_000;
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

export interface McpPool extends ToolClient, McpContent {
  resources(id: string): Promise<{ resources: Resource[]; templates: ResourceTemplate[] }>;
  prompts(id: string): Promise<Prompt[]>;
  /** What the server of a connection said last to this process. */
  log(id: string): ServerLogEntry[];
  /** Tries a stored connection (by id) or settings that are not stored yet. A passed test of a stored one lifts its quarantine. */
  test(target: string | McpConnectionSettings): Promise<ConnectionTest>;
  /** Pings what runs, and says how each connection is doing that this process has had to do with; starts nothing. */
  look(): Promise<{ id: string; status: ConnectionStatus }[]>;
  /** How a connection is doing in this process; starts nothing. */
  status(id: string): ConnectionStatus;
  /** Its server runs for this process, or is being started: `look` says how it is doing. */
  isOpen(id: string): boolean;
  /** The connection was changed or removed: calls under way may end, those that wait for somebody are called off, its client goes. */
  invalidate(id: string): void;
  /** A run has ended, or one of its node runs: its calls that wait for somebody are called off. */
  endRun(run: string, nodeRun?: ToolCall["nodeRun"]): void;
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
  const held = createHeldCalls(surroundings.clock);

  const invalidate = (id: string) => {
    held.drop({ connection: id });
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
    if (typeof target !== "string") return testConnection({ settings: target }, surroundings, shutdown.signal);
    const { connection, client } = await entryOf(target);
    const result = await testConnection(connection, surroundings, shutdown.signal);
    client.tested(result.error);
    return result;
  };

  const listing = { timeoutMs: LIST_TIMEOUT_MS, signal: shutdown.signal };
  return {
    call: (call) => callThroughPool(call, { entryOf, checkCall: options.checkCall, held }),
    resources: (id) => readThroughPool({ connection: id, what: "its resources", ...listing }, entryOf, listResources),
    prompts: (id) => readThroughPool({ connection: id, what: "its prompts", ...listing }, entryOf, listPrompts),
    readResource: ({ uri, ...call }) => readThroughPool({ ...call, what: `"${uri}"` }, entryOf, (client, signal) => readResource(client, { uri, signal })),
    getPrompt: ({ prompt, arguments: values, ...call }) =>
      readThroughPool({ ...call, what: `"${prompt}"` }, entryOf, (client, signal) => getPrompt(client, { prompt, values, signal })),
    log: (id) => entries.get(id)?.client.log() ?? [],
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
    look: () =>
      Promise.all(
        [...entries].map(async ([id, { client }]) => {
          await client.ping();
          return { id, status: client.status() };
        }),
      ),
    status: (id) => {
      const nothing = { phase: "stopped", checkedAt: null, crashes: 0, quarantineMs: 0, problem: undefined, tools: 0 } as const;
      return entries.get(id)?.client.status() ?? describeStatus(nothing);
    },
    isOpen: (id) => entries.get(id)?.client.isOpen() ?? false,
    invalidate,
    endRun: (run, nodeRun) => held.drop({ run, nodeRun }),
    close: async () => {
      shutdown.abort();
      held.drop();
      const ends = [...entries.values(), ...retiring.keys()].map((entry) => entry.client.end());
      entries.clear();
      await Promise.allSettled([...ends, ...tests]);
    },
  };
}
