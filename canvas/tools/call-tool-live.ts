import type { z } from "zod";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { WORKSPACE_HEADER } from "#server/contract/common.ts";
import { callTool, type ToolCallEvent, toolCallEventSchema } from "#server/contract/connections.ts";
import { networkProblem, problemOf, unexpectedAnswer } from "../api/api-problem.ts";
import { chosenWorkspace } from "../api/chosen-workspace.ts";
import { routeUrl } from "../api/client.ts";

export type ToolAnswer = z.output<typeof callTool.answer>;
export type ToolProgress = Omit<Extract<ToolCallEvent, { type: "progress" }>, "type">;

export interface LiveCall {
  connection: ConnectionId;
  tool: string;
  arguments: Readonly<Record<string, Json>>;
  signal: AbortSignal;
  onProgress(progress: ToolProgress): void;
}

/** Calls a tool and listens to its progress. Throws `ApiProblem`, or the signal's reason when it was called off. */
export async function callToolLive({ connection, tool, arguments: values, signal, onProgress }: LiveCall): Promise<ToolAnswer> {
  const workspace = chosenWorkspace();
  try {
    const response = await fetch(routeUrl(callTool.path, { id: connection, name: tool }), {
      method: callTool.method,
      headers: {
        accept: "text/event-stream, application/problem+json",
        "content-type": "application/json",
        ...(workspace && { [WORKSPACE_HEADER]: workspace }),
      },
      body: JSON.stringify({ arguments: values }),
      signal,
    });
    if (!response.ok) throw problemOf(response.status, await response.json().catch(() => undefined));
    for await (const event of eventsOf(response)) {
      if (event.type === "answer") return event.answer;
      if (event.type === "problem") throw problemOf(event.status, event.problem);
      onProgress(event);
    }
    throw unexpectedAnswer(response.status);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof TypeError ? networkProblem(error) : error;
  }
}

async function* eventsOf(response: Response): AsyncGenerator<ToolCallEvent> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done) return;
    const parts = (rest + value).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const parsed = toolCallEventSchema.safeParse(JSON.parse(part.replace(/^data: /, "")));
      if (!parsed.success) throw unexpectedAnswer(response.status, parsed.error);
      yield parsed.data;
    }
  }
}
