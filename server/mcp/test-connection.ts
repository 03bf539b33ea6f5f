import { setTimeout as delay } from "node:timers/promises";
import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { describeProblem, type StartProblem } from "./failures.ts";
import { openLiveClient } from "./live-client.ts";
import type { Reached } from "./open-client.ts";
import type { PoolSurroundings } from "./supervised-client.ts";

/** How long a server that may change its tools gets to register late ones. */
const SETTLE_MS = 300;

/** What a connection test found. */
export interface ConnectionTest {
  ok: boolean;
  server?: { name: string; version: string };
  tools?: ToolDescription[];
  error?: StartProblem;
  durationMs: number;
}

/** Starts a server of its own, lists its tools and ends it; running clients are left alone. Never throws. */
export async function testConnection(connection: Reached, { limits, redact, clock }: PoolSurroundings, signal: AbortSignal): Promise<ConnectionTest> {
  const started = clock.now();
  const durationMs = () => clock.now() - started;
  try {
    const client = await openLiveClient({
      ...limits,
      connection,
      signal,
      redact,
      log: { add: () => undefined },
      onTools: () => undefined,
      onClose: () => undefined,
    });
    const connected = durationMs();
    try {
      if (client.client.getServerCapabilities()?.tools?.listChanged) {
        await delay(SETTLE_MS);
        await client.refresh();
      }
      return { ok: true, server: client.server, tools: client.tools(), durationMs: connected };
    } finally {
      await client.close();
    }
  } catch (error) {
    return { ok: false, error: describeProblem(error), durationMs: durationMs() };
  }
}
