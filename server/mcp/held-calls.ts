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
  /** Gives the server back to others. */
  letGo(): void;
}

/** Calls that wait for people, by idempotency key: they stay open as long as the process lives, so that none has to be made twice. */
export interface HeldCalls {
  /** Throws `NodeError("limit")` when no more calls may wait; nothing happened then. */
  requireRoom(): void;
  hold(key: string, call: HeldCall): void;
  /** Hands one over; undefined when there is none. */
  take(key: string): HeldCall | undefined;
  /** Calls off those of a connection or a run, or all. */
  drop(which?: { connection?: string; run?: string }): void;
}

/** Each keeps a server busy. */
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
    requireRoom: () => {
      if (held.size < MOST) return;
      throw new NodeError("limit", `${MOST} calls of tools wait for answers. Answer some of them, or stop their runs; then run this again.`, {
        happened: "no",
      });
    },
    hold: (key, call) => {
      drop(key);
      held.set(key, { call, callOff: clock.after(LONGEST_MS, () => drop(key)) });
    },
    take,
    drop: ({ connection, run } = {}) => {
      for (const [key, { call }] of held)
        if ((connection === undefined || call.connection === connection) && (run === undefined || call.run === run)) drop(key);
    },
  };
}
