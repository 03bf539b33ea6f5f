import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { RunId } from "#runtime/graph/ids.ts";
import type { RunEvent } from "#runtime/run/events.ts";
import type { LiveHub } from "../engine/live-hub.ts";
import type { RunService } from "../engine/run-service.ts";
import { resultOf, type TellProgress } from "./tool.ts";

/** Milliseconds after which a run that only waits is answered as such: who called goes on, and may look again. */
const WAITING_MS = 15_000;
/** Milliseconds after which a call is answered, whatever the run does. */
const LONGEST_MS = 15 * 60_000;
const LOOK_MS = 1_000;

/** Tells what happens in a run, and answers when it has ended, or has waited for a while. */
export type FollowRun = (run: RunId, given: { tell: TellProgress; signal: AbortSignal }) => Promise<CallToolResult>;

export interface FollowRunGiven {
  runs: Pick<RunService, "read" | "summary" | "plan">;
  hub: Pick<LiveHub, "follow">;
  /** For tests. */
  waitingMs?: number;
}

const SETTLED: ReadonlySet<RunEvent["type"]> = new Set(["node-succeeded", "node-failed", "node-skipped", "node-reused", "node-cancelled"]);

export function createFollowRun({ runs, hub, waitingMs = WAITING_MS }: FollowRunGiven): FollowRun {
  return async (run, { tell, signal }) => {
    const plan = await runs.plan(run);
    const total = plan.order.filter((id) => plan.nodes[id]?.parent === undefined).length;
    let progress = 0;
    const ended = Promise.withResolvers<void>();
    const stop = hub.follow(run, {
      after: 0,
      listener: {
        event: (event) => {
          if (event.type === "run-finished") ended.resolve();
          if (!SETTLED.has(event.type) || !("node" in event) || !event.node || !("path" in event) || event.path.length > 0) return;
          progress += 1;
          tell({ progress, total, message: `${plan.nodes[event.node]?.label ?? event.node}: ${event.type.replace("node-", "")}` });
        },
        ephemeral: () => undefined,
      },
    });
    try {
      await Promise.race([ended.promise, untilIdle(run, { runs, signal, waitingMs })]);
    } finally {
      stop();
    }
    return answerOf(await runs.read(run));
  };
}

/** Resolves when the run has waited, or was held, for a while; when the caller has gone; or after the longest time of a call. */
async function untilIdle(run: RunId, given: { runs: Pick<RunService, "summary">; signal: AbortSignal; waitingMs: number }): Promise<void> {
  const begun = Date.now();
  let waitingSince: number | undefined;
  while (!given.signal.aborted && Date.now() - begun < LONGEST_MS) {
    const { state } = await given.runs.summary(run);
    if (state === "waiting" || state === "held") waitingSince ??= Date.now();
    else waitingSince = undefined;
    if (waitingSince !== undefined && Date.now() - waitingSince >= given.waitingMs) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(LOOK_MS, given.waitingMs)));
  }
}

function answerOf({ id, state, output, failure, reason, cost }: Awaited<ReturnType<RunService["read"]>>): CallToolResult {
  if (state === "succeeded") return resultOf({ run: id, state, output: output ?? {}, cost });
  const isOver = state === "failed" || state === "cancelled" || state === "killed" || state === "timed-out";
  if (isOver) return { ...resultOf({ run: id, state, message: failure?.message ?? reason ?? `The run was ${state}.` }), isError: true };
  const message = `The run goes on: it is ${state}${reason ? ` (${reason})` : ""}. What waits for a person is decided in Heddle, under Approvals. Call watch_run to follow it.`;
  return resultOf({ run: id, state, message });
}
