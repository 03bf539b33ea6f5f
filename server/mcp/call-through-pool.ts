import type { ToolCall, ToolResult } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type CallLimit, limitCall } from "./call-limit.ts";
import { callTool } from "./call-tool.ts";
import type { McpPoolOptions } from "./client-pool.ts";
import { asUnsent, endedFailure, notFound } from "./failures.ts";
import type { LiveClient } from "./live-client.ts";
import type { PoolEntry } from "./pool-entry.ts";

type EntryOf = (id: string) => Promise<PoolEntry>;
type CheckCall = McpPoolOptions["checkCall"];

/** Calls a tool of a connection. Throws `NodeError` as `ToolRegistry` says. */
export async function callThroughPool(call: ToolCall, entryOf: EntryOf, checkCall: CheckCall): Promise<ToolResult> {
  const limit = limitCall(call);
  try {
    const entry = await limit.race(entryOf(call.connection));
    const letGo = entry.hold();
    try {
      const sending = { call, limit, checkCall };
      return await callOnce(entry, sending).catch((error: unknown) => {
        // a session may run out at any time; what it was refused for has not been carried out
        if (isForgotten(error)) return callOnce(entry, sending);
        throw error;
      });
    } finally {
      letGo();
    }
  } catch (error) {
    throw !(error instanceof NodeError) && limit.end ? endedFailure(limit.end, call.tool, "no") : asUnsent(error);
  } finally {
    limit.finish();
  }
}

async function callOnce(entry: PoolEntry, { call, limit, checkCall }: { call: ToolCall; limit: CallLimit; checkCall: CheckCall }): Promise<ToolResult> {
  const live = await limit.race(entry.client.connect());
  const tool = await limit.race(live.find(call.tool));
  if (!tool) throw notFound(`The MCP connection "${entry.connection.name}" has no tool "${call.tool}".`);
  if (checkCall) await limit.race(checkCall(entry.connection, tool.description));
  const endTurn = await takeTurn(live, limit);
  try {
    return await callTool({ live, tool, call, limit });
  } finally {
    endTurn();
  }
}

async function takeTurn(live: LiveClient, limit: CallLimit): Promise<() => void> {
  const turn = live.turn();
  try {
    return await limit.race(turn);
  } catch (error) {
    void turn.then((endTurn) => endTurn());
    throw error;
  }
}

export function isForgotten(error: unknown): boolean {
  return error instanceof NodeError && error.details?.session === "forgotten";
}
