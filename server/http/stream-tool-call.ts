import type { ServerResponse } from "node:http";
import { ApiError } from "../api-error.ts";
import type { Connections, ToolAnswer } from "../connections/connections.ts";
import type { ToolCallEvent } from "../contract/connections.ts";
import { problemOf } from "./problem.ts";

type OnProgress = NonNullable<Parameters<Connections["call"]>[2]["onProgress"]>;

/** Tells how a call goes, as server-sent events. What goes wrong before the first of them is thrown, and answered like any failure. */
export async function streamToolCall(response: ServerResponse, call: (onProgress: OnProgress) => Promise<ToolAnswer>): Promise<void> {
  const write = (event: ToolCallEvent) => {
    if (response.destroyed) return;
    if (!response.headersSent) {
      response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" });
    }
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  try {
    write({ type: "answer", answer: await call((progress) => write({ type: "progress", ...progress })) });
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    const isKnown = error instanceof ApiError;
    const problem = problemOf(isKnown ? error : new ApiError("internal", "The call broke off. Try again."));
    write({ type: "problem", status: problem.status, problem });
    response.end();
    if (!isKnown) throw error;
  }
}
