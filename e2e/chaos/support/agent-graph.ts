import type { Graph } from "#runtime/graph/schema.ts";
import { assemble, type Part } from "./graph-parts.ts";

export const TOOLS = ["one", "two", "three", "four", "five"];
/** Turns of the model: three with calls, and its answer. */
export const TURNS = 4;

/** An agent that acts by itself, with five writes of the service as its tools, each sent with an idempotency key. */
export function agentGraph(service: string, connection: string): Graph {
  const tools = TOOLS.map(
    (name): Part => ({
      name,
      type: "http-request",
      config: { method: "POST", url: `${service}/keyed?id={{ inputs.order }}&n=1`, idempotent: true },
    }),
  );
  const parts: Part[] = [
    { name: "start", type: "start", config: { fields: [{ id: "mark", name: "mark", type: "text" }] } },
    {
      name: "agent",
      type: "agent",
      config: { connection, model: "five-calls", instructions: "Make all five calls.", autonomy: "autopilot", askAfterUntrusted: false },
    },
    ...tools,
    { name: "output", type: "output", config: {} },
  ];
  return assemble("Five calls", parts, {
    wires: ["start.mark > agent.prompt", ...TOOLS.map((name) => `${name}.tool > agent.tools`), "agent.text > output.value"],
  });
}

/** What it answers when it was begun with this. */
export function agentAnswer(mark: string): string {
  return `All five are done for ${mark}.`;
}
