import { z } from "zod";
import { createAgent, listAgents } from "../contract/agents.ts";
import * as graphs from "../contract/graphs.ts";
import type { Route } from "../contract/route.ts";
import * as runs from "../contract/runs.ts";
import * as system from "../contract/system.ts";
import { validate } from "../http/validate.ts";
import type { CallRoute } from "./call-route.ts";
import type { FollowRun } from "./follow-run.ts";
import { type McpTool, resultOf } from "./tool.ts";

interface RouteTool {
  name: string;
  description: string;
  route: Route;
  hints: { readOnly: boolean; destructive?: boolean };
  /** The argument that is the whole body; absent: the body's members are arguments themselves. */
  bodyAs?: string;
}

const READS = { readOnly: true };
const WRITES = { readOnly: false, destructive: false };

/** Routes of the API as tools: what may be done, and what is written down of it, is the same. */
const ROUTE_TOOLS: readonly RouteTool[] = [
  { name: "list_graphs", route: graphs.listGraphs, hints: READS, description: "Lists the graphs of the workspace; `search` finds some by name." },
  {
    name: "list_agents",
    route: listAgents,
    hints: READS,
    description:
      "Lists the agents of the library; `search` finds some by name. Each is a graph by its id: read, edit, validate, publish and run it with the tools for graphs.",
  },
  {
    name: "read_graph",
    route: graphs.readGraph,
    hints: READS,
    description: "Reads a graph, or an agent of the library, with its present draft, in the format heddle.graph/1.",
  },
  {
    name: "list_node_types",
    route: system.listNodeTypes,
    hints: READS,
    description: "Lists the node types a graph is made of, with ports, config schemas and worked examples. Read it before editing a graph.",
  },
  {
    name: "create_graph",
    route: graphs.createGraph,
    hints: WRITES,
    description: "Makes a graph; with `graph`, a document of the format heddle.graph/1, from that. An invalid one is refused with its problems.",
  },
  {
    name: "create_agent",
    route: createAgent,
    hints: WRITES,
    description: "Makes an agent of the library: one to begin with, or with `graph` from a document of the format heddle.graph/1.",
  },
  {
    name: "edit_graph",
    route: graphs.replaceGraph,
    hints: { readOnly: false, destructive: true },
    bodyAs: "graph",
    description: "Replaces the draft of a graph, seen live by everybody who has it open. What was there is kept as a revision, which can be restored.",
  },
  {
    name: "validate_graph",
    route: graphs.validateGraph,
    hints: READS,
    description: "Says what is wrong with the draft of a graph, or with `graph` in its place. A run needs a graph without errors.",
  },
  {
    name: "publish_graph",
    route: graphs.publishGraph,
    hints: WRITES,
    description: "Makes a revision the one that webhooks, other graphs and MCP clients run. `cut_revision` makes one of the draft.",
  },
  { name: "cut_revision", route: graphs.cutRevision, hints: WRITES, description: "Keeps the present draft as a numbered revision." },
  { name: "list_runs", route: runs.listRuns, hints: READS, description: "Lists runs, newest first, of one graph or of all." },
  { name: "read_run", route: runs.readRun, hints: READS, description: "Reads a run: its state, output, cost, and what became of each node." },
  { name: "cancel_run", route: runs.cancelRun, hints: { readOnly: false, destructive: true }, description: "Stops a run that goes on." },
];

/** Tools to list, read, edit, validate, run and watch graphs. */
export function graphTools(given: { callRoute: CallRoute; follow: FollowRun }): McpTool[] {
  return [...ROUTE_TOOLS.map((tool) => ofRoute(tool, given.callRoute)), runGraph(given), watchRun(given)];
}

function ofRoute({ name, description, route, hints, bodyAs }: RouteTool, callRoute: CallRoute): McpTool {
  const params = Object.keys(route.params.shape);
  const query = Object.keys(route.query.shape);
  const inputSchema = inputOf(route, bodyAs);
  return {
    description: { name, description, inputSchema, annotations: annotations(hints) },
    call: async (given, { caller }) => {
      const rest = Object.entries(given).filter(([key]) => !params.includes(key) && !query.includes(key));
      const body = bodyAs === undefined ? Object.fromEntries(rest) : given[bodyAs];
      const asked = { params: pick(given, params), query: texts(pick(given, query)), ...(route.body && (bodyAs !== undefined || rest.length > 0) && { body }) };
      return resultOf(await callRoute(route, asked, caller));
    },
  };
}

/** Queries are text, as they are in an address. */
function texts(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, typeof value === "number" || typeof value === "boolean" ? String(value) : value]),
  );
}

function pick(given: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => Object.hasOwn(given, key)).map((key) => [key, given[key]]));
}

type ObjectSchema = { type: "object"; properties: Record<string, object>; required?: string[] };

function schemaOf(schema: z.ZodType): ObjectSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Record<string, unknown>;
  return json as ObjectSchema;
}

function inputOf(route: Route, bodyAs: string | undefined): ObjectSchema {
  const inner = route.body instanceof z.ZodOptional ? (route.body.unwrap() as z.ZodType) : route.body;
  const body: ObjectSchema | undefined = inner && bodyAs === undefined ? schemaOf(inner) : undefined;
  const parts = [schemaOf(route.params), schemaOf(route.query), ...(body ? [body] : [])];
  const whole = bodyAs === undefined ? {} : { [bodyAs]: { type: "object", description: "A document of the format heddle.graph/1." } };
  const required = [...parts.flatMap((part) => part.required ?? []), ...Object.keys(whole)];
  return {
    type: "object",
    properties: { ...Object.assign({}, ...parts.map((part) => part.properties ?? {})), ...whole },
    ...(required.length > 0 && { required }),
  };
}

function annotations({ readOnly, destructive }: RouteTool["hints"]) {
  return { readOnlyHint: readOnly, ...(destructive !== undefined && { destructiveHint: destructive }), openWorldHint: false };
}

const runArguments = z.strictObject({
  graph: z.string().describe("The id of the graph."),
  input: z.record(z.string(), z.unknown()).optional().describe("Values of the fields that the graph begins with."),
  revision: z.int().min(1).optional().describe("Absent: the draft as it is now."),
  wait: z.boolean().default(true).describe("Answers when the run has ended (or waits for somebody), not when it has begun."),
});

function runGraph({ callRoute, follow }: { callRoute: CallRoute; follow: FollowRun }): McpTool {
  return {
    description: {
      name: "run_graph",
      description: "Runs a graph and answers with its output. Where a person has to decide meanwhile, it says so, and `watch_run` goes on from there.",
      inputSchema: schemaOf(runArguments),
      annotations: { readOnlyHint: false, openWorldHint: true },
    },
    call: async (given, { caller, tell }) => {
      const { graph, wait, ...body } = parse(runArguments, given);
      const run = runs.startRun.answer.parse(await callRoute(runs.startRun, { params: { id: graph }, body }, caller));
      return wait ? follow(run.id, { tell, signal: caller.signal }) : resultOf(run);
    },
  };
}

const watchArguments = z.strictObject({ run: z.string().describe("The id of the run.") });

function watchRun({ callRoute, follow }: { callRoute: CallRoute; follow: FollowRun }): McpTool {
  return {
    description: {
      name: "watch_run",
      description: "Tells what happens in a run until it has ended, or waits for somebody.",
      inputSchema: schemaOf(watchArguments),
      annotations: annotations(READS),
    },
    call: async (given, { caller, tell }) => {
      const { run } = parse(watchArguments, given);
      const { id } = runs.readSummary.answer.parse(await callRoute(runs.readSummary, { params: { id: run } }, caller));
      return follow(id, { tell, signal: caller.signal });
    },
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, given: unknown): z.output<Schema> {
  return validate(schema, given, "body");
}
