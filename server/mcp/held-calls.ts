import type { ToolCall } from "#nodes/kit/mcp/service.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { CallLimit } from "./call-limit.ts";
import type { OpenCall } from "./call-tool.ts";
import type { Clock } from "./clock.ts";

/** A call whose server waits for an answer. */
export interface HeldCall {
  open: OpenCall;
  limit: CallLimit;
  /** Id of the connection. */
  connection: string;
  /** Id of the run. */
  run: string | undefined;
  nodeRun: ToolCall["nodeRun"];
  /** Gives the server back to others. */
  letGo(): void;
}

/** Calls that wait for people, by idempotency key: they stay open as long as the process lives, so that none has to be made twice. */
export interface HeldCalls {
  /** Throws `NodeError("limit")` when no more calls of a connection may wait; nothing happened then. */
  requireRoom(connection: string): void;
  hold(key: string, call: HeldCall): void;
  /** Hands one over; undefined when there is none. */
  take(key: string): HeldCall | undefined;
  /** Calls off those of a connection, a run or one of its node runs, or all. */
  drop(which?: { connection?: string; run?: string; nodeRun?: ToolCall["nodeRun"] }): void;
}

/** Of one connection, so that nobody waits for the people of another workspace. Each keeps a server busy. */
const MOST = 20;
/** Milliseconds for which a server may wait for an answer. */
const LONGEST_MS = 24 * 3_600_000;

export function createHeldCalls(clock: Clock): HeldCalls {
  const held = new Map<string, { call: HeldCall; callOff: () => void }>();
  const take = (key: string) => {
    const found = held.get(key);
    held.delete(key);
    found?.callOff();
    return found?.call;
  };
  const drop = (key: string) => {
    const call = take(key);
    call?.limit.cancel();
    call?.letGo();
  };
  return {
    requireRoom: (connection) => {
      const waiting = [...held.values()].filter(({ call }) => call.connection === connection).length;
      if (waiting < MOST) return;
      throw new NodeError("limit", `${MOST} calls through this connection wait for answers. Answer some of them, or stop their runs; then run this again.`, {
        happened: "no",
      });
    },
    hold: (key, call) => {
      drop(key);
      held.set(key, { call, callOff: clock.after(LONGEST_MS, () => drop(key)) });
    },
    take,
    drop: ({ connection, run, nodeRun } = {}) => {
      for (const [key, { call }] of held) {
        const isMeant = (connection === undefined || call.connection === connection) && (run === undefined || call.run === run);
        if (isMeant && (nodeRun === undefined || isSame(nodeRun, call.nodeRun))) drop(key);
      }
    },
  };
}

function isSame(one: NonNullable<ToolCall["nodeRun"]>, other: ToolCall["nodeRun"]): boolean {
  return one.node === other?.node && one.path.join() === other.path.join();
}
