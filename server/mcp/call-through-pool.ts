import type { ToolCall, ToolResult } from "#nodes/kit/mcp/service.ts";
import { approvalVoid, changeSince } from "#nodes/kit/mcp/tool-binding.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { type CallLimit, limitCall } from "./call-limit.ts";
import { type OpenCall, openCall } from "./call-tool.ts";
import type { McpPoolOptions } from "./client-pool.ts";
import { asUnsent, endedFailure, notFound, notOpen } from "./failures.ts";
import type { HeldCalls } from "./held-calls.ts";
import type { LiveClient } from "./live-client.ts";
import type { PoolEntry } from "./pool-entry.ts";

export interface CallingGiven {
  entryOf: (id: string) => Promise<PoolEntry>;
  checkCall: McpPoolOptions["checkCall"];
  held: HeldCalls;
}

/** A call that was sent, and what it keeps busy. */
interface Sent {
  open: OpenCall;
  first: ToolResult;
  letGo: () => void;
  /** Others need not wait for the end of this call. */
  makeWay: () => void;
}

/** Calls a tool of a connection. Throws `NodeError` as `ToolRegistry` says. */
export async function callThroughPool(call: ToolCall, given: CallingGiven): Promise<ToolResult> {
  if (call.resumes === true) return goOn(call, given.held);
  const { held } = given;
  const limit = limitCall(call);
  let isHeld = false;
  try {
    const entry = await limit.race(given.entryOf(call.connection));
    const leave = entry.hold();
    try {
      const sending = { call, limit, ...given };
      const { open, first, letGo, makeWay } = await send(entry, sending).catch((error: unknown) => {
        // a session may run out at any time; what it was refused for has not been carried out
        if (isForgotten(error)) return send(entry, sending);
        throw error;
      });
      if (first.asked && !first.isRefused && call.idempotencyKey !== undefined) {
        isHeld = true;
        limit.suspend();
        makeWay();
        const end = () => {
          letGo();
          leave();
        };
        held.hold(call.idempotencyKey, { open, limit, connection: call.connection, run: call.run, nodeRun: call.nodeRun, letGo: end });
      } else letGo();
      return first;
    } finally {
      if (!isHeld) leave();
    }
  } catch (error) {
    throw !(error instanceof NodeError) && limit.end ? endedFailure(limit.end, call.tool, "no") : asUnsent(error);
  } finally {
    if (!isHeld) limit.finish();
  }
}

/** The call is open since its server asked; it gets what was answered. */
async function goOn(call: ToolCall, held: HeldCalls): Promise<ToolResult> {
  const { idempotencyKey: key } = call;
  const waiting = key === undefined ? undefined : held.take(key);
  if (!waiting || key === undefined) throw notOpen(call.tool);
  const { open, limit } = waiting;
  let isHeld = false;
  try {
    limit.resume(call);
    const result = await open.goOn(call);
    if (result.asked && !result.isRefused) {
      isHeld = true;
      limit.suspend();
      held.hold(key, { ...waiting, run: call.run });
    }
    return result;
  } finally {
    if (!isHeld) {
      limit.finish();
      waiting.letGo();
    }
  }
}

async function send(entry: PoolEntry, given: CallingGiven & { call: ToolCall; limit: CallLimit }): Promise<Sent> {
  const { call, limit, checkCall, held } = given;
  for (;;) {
    const live = await limit.race(entry.client.connect());
    const tool = await limit.race(live.find(call.tool));
    if (!tool) throw notFound(`The MCP connection "${entry.connection.name}" has no tool "${call.tool}".`);
    requireApproved(call, { tool: tool.description.hash, connection: String(entry.connection.revision) });
    if (checkCall) await limit.race(checkCall(entry.connection, tool.description));
    if (live.questions.isAsking && call.answers) held.requireRoom(call.connection);
    const endTurn = await takeTurn(live, limit);
    if (!endTurn) {
      // a call there waits for somebody: this one has a client of its own
      entry.client.detach(live);
      continue;
    }
    const letGo = () => {
      entry.client.giveBack(live);
      endTurn();
    };
    try {
      const open = openCall({ live, tool, call, limit });
      return { open, first: await open.first(), letGo, makeWay: live.makeWay };
    } catch (error) {
      letGo();
      throw error;
    }
  }
}

/** What a person let through is the tool as its server lists it now, and no other. */
function requireApproved({ approval }: ToolCall, now: { tool: string; connection: string }): void {
  const changed = approval && changeSince(approval.binding, now);
  if (changed !== undefined) throw approvalVoid(changed);
}

async function takeTurn(live: LiveClient, limit: CallLimit): Promise<(() => void) | undefined> {
  const turn = live.turn();
  try {
    return await limit.race(turn);
  } catch (error) {
    void turn.then((endTurn) => endTurn?.());
    throw error;
  }
}

export function isForgotten(error: unknown): boolean {
  return error instanceof NodeError && error.details?.session === "forgotten";
}
