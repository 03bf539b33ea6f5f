import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { JsonSchema } from "#runtime/node/define.ts";
import { listItem, type PortType } from "#runtime/node/ports.ts";
import type { GraphReference } from "#runtime/node/references.ts";
import { toolNameOf } from "#runtime/node/tool-name.ts";
import type { GraphSummary } from "../contract/graphs.ts";
import * as runs from "../contract/runs.ts";
import type { LookUp } from "../references.ts";
import type { Caller, CallRoute } from "./call-route.ts";
import type { FollowRun } from "./follow-run.ts";
import type { McpTool } from "./tool.ts";

/** MCP clients and the models behind them take names of up to 64 letters, digits, `_` and `-`. */
const NAME_LENGTH = 48;

export interface SkillToolsGiven {
  /** The published graphs that the caller may run, with their workspace. */
  published(caller: Caller): Promise<{ workspace: string; graphs: readonly GraphSummary[] }>;
  references: LookUp;
  callRoute: CallRoute;
  follow: FollowRun;
}

/** Published graphs as tools, typed by what they begin with and what they put out. What cannot run is left out. */
export async function skillTools({ published, references, callRoute, follow }: SkillToolsGiven, caller: Caller): Promise<McpTool[]> {
  const { workspace, graphs } = await published(caller);
  const found = await references(
    workspace,
    graphs.map(({ id }) => `graph:${id}`),
  );
  const names = new Map<string, number>();
  for (const { name } of graphs) names.set(toolNameOf(name, NAME_LENGTH), (names.get(toolNameOf(name, NAME_LENGTH)) ?? 0) + 1);
  return graphs.flatMap((graph): McpTool[] => {
    const reference = found[`graph:${graph.id}`];
    if (reference?.kind !== "graph") return [];
    const slug = toolNameOf(graph.name, NAME_LENGTH);
    // the same tomorrow, whatever else is published then
    const name = names.get(slug) === 1 && slug !== "" ? `skill_${slug}` : `skill_${slug}_${graph.id.slice(-6)}`;
    return [
      {
        description: {
          name,
          title: graph.name,
          description: reference.description ?? `Runs the graph "${graph.name}" (revision ${reference.revision}).`,
          inputSchema: { ...reference.input, type: "object" } as never,
          outputSchema: outputSchemaOf(reference) as never,
          annotations: { readOnlyHint: false, openWorldHint: true },
        },
        call: async (input, { caller: who, tell }) => {
          const body = { input, revision: reference.revision };
          const run = runs.startRun.answer.parse(await callRoute(runs.startRun, { params: { id: graph.id }, body }, who));
          return outputOf(await follow(run.id, { tell, signal: who.signal }));
        },
      },
    ];
  });
}

/** Of a run that ended well what it put out; of another one why not. */
function outputOf(result: CallToolResult): CallToolResult {
  const { output, message } = (result.structuredContent ?? {}) as { output?: Record<string, unknown>; message?: string };
  if (output) return { content: [{ type: "text", text: textOf(output) }], structuredContent: output };
  // nothing was put out: a client that knows the schema of the output takes this as an error only
  return { isError: true, content: [{ type: "text", text: message ?? "The run has no output." }] };
}

/** A single text is told as it is. */
function textOf(output: Record<string, unknown>): string {
  const values = Object.values(output);
  const [only] = values;
  return values.length === 1 && typeof only === "string" ? only : JSON.stringify(output, null, 2);
}

function outputSchemaOf({ outputs }: GraphReference): JsonSchema {
  // an output that was skipped is absent
  return { type: "object", properties: Object.fromEntries(Object.entries(outputs).map(([name, type]) => [name, schemaOf(type)])) };
}

function schemaOf(type: PortType): JsonSchema {
  const item = listItem(type);
  if (item) return { type: "array", items: schemaOf(item) };
  if (type === "text") return { type: "string" };
  return type === "number" || type === "boolean" ? { type } : {};
}
