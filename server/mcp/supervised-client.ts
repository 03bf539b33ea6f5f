import { ErrorCode, McpError } from "@modelcontextprotocol/sdk/types.js";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { hashJson } from "#runtime/graph/hash.ts";
import type { Logger } from "../logger.ts";
import type { Clock } from "./clock.ts";
import type { McpConnection, McpConnectionSettings } from "./connection-settings.ts";
import { type ConnectionStatus, describeStatus } from "./connection-status.ts";
import { createCrashHistory } from "./crash-history.ts";
import { couldNotStart, describeProblem, type StartProblem } from "./failures.ts";
import { type LiveClient, openLiveClient } from "./live-client.ts";
import { createServerLog, type ServerLogEntry } from "./server-log.ts";

export interface PoolLimits {
  /** Milliseconds from starting a server to its answer. */
  connectTimeoutMs: number;
  /** Milliseconds a server gets to end by itself, and again after SIGTERM. */
  graceMs: number;
  /** Milliseconds without a call after which a server is stopped. */
  idleMs: number;
  /** Milliseconds that calls of a replaced revision may go on. */
  drainMs: number;
}

export interface PoolSurroundings {
  limits: PoolLimits;
  clock: Clock;
  logger: Logger;
  /** Removes secrets from what servers wrote. */
  redact: (text: string, settings: McpConnectionSettings) => string;
  onToolsChanged: (connection: McpConnection, tools: ToolDescription[]) => void;
}

/** One revision of a connection: started when asked for, started again after a crash, with growing pauses, until it is under quarantine. */
export interface SupervisedClient {
  /** The running client, or a new one; concurrent callers share one start. Throws the failure `network` (nothing happened). */
  connect(): Promise<LiveClient>;
  /** Leaves a running client to the call that waits there for somebody; `connect` starts another. */
  detach(client: LiveClient): void;
  /** That call has ended: the client is everybody's again, or is closed where another one has taken its place. */
  giveBack(client: LiveClient): void;
  /** Ends the process if there is one; `connect` starts another. */
  stop(): Promise<void>;
  /** Ends for good: `connect` throws from now on. Resolves when no process is left. */
  end(): Promise<void>;
  /** Asks a running client for a sign of life; nothing where none runs. */
  ping(): Promise<void>;
  /** A test found this problem, or none: then crashes are forgotten. */
  tested(found: StartProblem | undefined): void;
  status(): ConnectionStatus;
  /** A client is connected, or on its way: `ping` and calls tell how it is doing. */
  isOpen(): boolean;
  /** What the server said last, through all its clients. */
  log(): ServerLogEntry[];
}

/** Milliseconds in which a server that runs answers a ping. */
const PING_MS = 10_000;
const SILENT: StartProblem = {
  message: `It runs, but did not answer within ${PING_MS / 1_000} s.`,
  advice: "It may be busy. Read its log; changing the connection starts it anew.",
};

type State = { type: "stopped" } | { type: "opening"; client: Promise<LiveClient> } | { type: "live"; client: LiveClient };

export function superviseClient(connection: McpConnection, surroundings: PoolSurroundings): SupervisedClient {
  const { clock, logger } = surroundings;
  const facts = { connection: connection.id, revision: connection.revision };
  const crashes = createCrashHistory(clock);
  const shutdown = new AbortController();
  const closing = new Set<Promise<void>>();
  const detached = new Set<LiveClient>();
  let state: State = { type: "stopped" };
  let problem: StartProblem | undefined;
  let checkedAt: Date | null = null;
  const reportTools = toolReporter(connection, surroundings);

  const close = (client: LiveClient): Promise<void> => {
    const closed = client.close().finally(() => closing.delete(closed));
    closing.add(closed);
    return closed;
  };
  const log = createServerLog({ now: clock.now, redact: (text) => surroundings.redact(text, connection.settings) });
  const crashed = (next: StartProblem) => {
    state = { type: "stopped" };
    problem = next;
    // a person has to act first: trying again sooner or later makes no difference
    if (shutdown.signal.aborted || next.isRefused) return;
    const quarantined = crashes.add();
    logger.warn(
      { ...facts, problem: problem.message },
      quarantined ? "An MCP server crashed too often: it is under quarantine." : "An MCP server crashed or did not start.",
    );
  };
  const ended = (client: LiveClient) => {
    if (state.type !== "live" || state.client !== client) return;
    void close(client);
    if (client.isExpired()) {
      state = { type: "stopped" };
      return;
    }
    const advice = "The next call starts it again; its output may say why it ended.";
    crashed({ message: `The server ${client.ending() ?? "ended"} by itself.`, advice, stderr: client.output() });
  };

  const open = async (): Promise<LiveClient> => {
    let opened: LiveClient | undefined;
    try {
      await Promise.allSettled(closing);
      await pause(crashes.delayMs(), clock, shutdown.signal);
      const client = await openLiveClient({
        ...surroundings.limits,
        connection,
        signal: shutdown.signal,
        log,
        redact: surroundings.redact,
        onTools: reportTools,
        onClose: () => opened && ended(opened),
      });
      opened = client;
      // A server that ends while it is opened fails a step of that, or is seen here.
      const ending = client.ending();
      if (ending) throw couldNotStart({ message: `The server ${ending} at once.`, advice: "Read its output.", stderr: client.output() });
      state = { type: "live", client };
      problem = undefined;
      logger.info({ ...facts, pid: client.pid, tools: client.tools().length }, "An MCP server is connected.");
      return client;
    } catch (error) {
      crashed(describeProblem(error));
      throw shutdown.signal.aborted ? endedFailure(connection) : error;
    } finally {
      checkedAt = new Date(clock.now());
    }
  };

  return {
    connect: async () => {
      if (shutdown.signal.aborted) throw endedFailure(connection);
      // it has ended, and tells of it in a moment
      if (state.type === "live" && state.client.ending() !== undefined) ended(state.client);
      if (state.type !== "stopped") return state.client;
      const quarantineMs = crashes.quarantineMs();
      if (quarantineMs > 0) throw quarantineFailure(connection, problem, quarantineMs);
      const client = open();
      state = { type: "opening", client };
      return client;
    },
    detach: (client) => {
      if (state.type !== "live" || state.client !== client) return;
      state = { type: "stopped" };
      detached.add(client);
    },
    giveBack: (client) => {
      client.welcome();
      if (detached.delete(client)) void close(client);
    },
    stop: async () => {
      if (state.type !== "live") return;
      const { client } = state;
      state = { type: "stopped" };
      await close(client);
    },
    end: async () => {
      shutdown.abort();
      if (state.type === "opening") await state.client.catch(() => undefined);
      if (state.type === "live") void close(state.client);
      state = { type: "stopped" };
      for (const client of detached) void close(client);
      detached.clear();
      await Promise.all(closing);
    },
    ping: async () => {
      if (state.type !== "live") return;
      const { client } = state;
      const isAlive = await client.client.ping({ timeout: PING_MS }).then(
        () => true,
        // one that does not know what a ping is answers, too
        (error: unknown) => error instanceof McpError && error.code === ErrorCode.MethodNotFound,
      );
      // it has ended meanwhile, and says so itself
      if (state.type !== "live" || state.client !== client || client.ending() !== undefined) return;
      problem = isAlive ? undefined : SILENT;
      checkedAt = new Date(clock.now());
    },
    tested: (found) => {
      if (!found) crashes.clear();
      if (!found || state.type === "stopped") problem = found;
      checkedAt = new Date(clock.now());
    },
    log: log.entries,
    isOpen: () => state.type !== "stopped",
    status: () => {
      const tools = state.type === "live" ? state.client.tools().length : 0;
      return describeStatus({ phase: state.type, checkedAt, crashes: crashes.recent(), quarantineMs: crashes.quarantineMs(), problem, tools });
    },
  };
}

function toolReporter(connection: McpConnection, { logger, onToolsChanged }: PoolSurroundings) {
  let reported: string | undefined;
  return (tools: ToolDescription[], ignored: number) => {
    if (ignored > 0) logger.warn({ connection: connection.id, ignored }, "An MCP server lists entries that are no valid tools, or repeats a name.");
    const listing = hashJson(tools);
    if (listing === reported) return;
    reported = listing;
    onToolsChanged(connection, tools);
  };
}

function endedFailure(connection: McpConnection) {
  return couldNotStart({ message: `The MCP connection "${connection.name}" was closed or changed meanwhile.`, advice: "Try again." });
}

function quarantineFailure(connection: McpConnection, problem: StartProblem | undefined, quarantineMs: number) {
  return couldNotStart({
    message: `The server of the MCP connection "${connection.name}" crashed 5 times within 5 minutes and is not started for now.`,
    advice: `Correct its settings or the server, then test the connection: a passed test lifts this. Last: ${problem?.message ?? "unknown"}`,
    ...(problem?.stderr ? { stderr: problem.stderr } : {}),
    retryAfterMs: quarantineMs,
  });
}

function pause(milliseconds: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (milliseconds === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const callOff = clock.after(milliseconds, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    const stop = () => {
      callOff();
      reject(signal.reason);
    };
    signal.addEventListener("abort", stop, { once: true });
  });
}
