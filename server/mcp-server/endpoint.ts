import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from "@modelcontextprotocol/sdk/types.js";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import type { Request, Response } from "express";
import { ApiError } from "../api-error.ts";
import type { Access } from "../auth/access.ts";
import type { Authenticate } from "../auth/authenticate.ts";
import { WORKSPACE_HEADER } from "../contract/common.ts";
import type { ActorLimits } from "../http/actor-limits.ts";
import { asApiError } from "../http/problem.ts";
import { readJsonBody } from "../http/read-body.ts";
import type { Logger } from "../logger.ts";
import type { Caller } from "./call-route.ts";
import { errorResult, type TellProgress } from "./tool.ts";
import type { McpTools } from "./tools.ts";

const BODY_LIMIT = 12 * 1024 * 1024;

const INSTRUCTIONS = `Heddle runs graphs of tools, agents and approvals. Tools named skill_… run published graphs.
To build one: list_node_types, create_graph, edit_graph, validate_graph, run_graph, cut_revision, publish_graph.
Decisions that a run waits for are taken by people in Heddle, never here.`;

export interface McpEndpointGiven {
  authenticate: Authenticate;
  access: Access;
  actorLimits: ActorLimits;
  tools: McpTools;
  logger: Logger;
  version: string;
}

/**
 * `POST /mcp`: the Model Context Protocol over streamable HTTP (revision 2025-06-18 and what the SDK speaks besides). Every request stands for itself,
 * with its own token: there are no sessions that could outlive somebody's access.
 */
export function createMcpEndpoint(given: McpEndpointGiven): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    const actor = await given.authenticate(request);
    const named = request.headers[WORKSPACE_HEADER];
    const workspace = typeof named === "string" ? named : undefined;
    const judged = await given.access.judge(actor, { action: "graph.list", ...(workspace !== undefined && { workspace }) });
    await given.actorLimits.take(actor, "workspace" in judged ? judged.workspace : "", response);
    if (!("workspace" in judged)) throw new ApiError(judged.verdict.code, judged.verdict.message);
    const body = await readJsonBody(request, BODY_LIMIT);
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    const caller: Caller = { actor, named: workspace, exchange: { request, response }, signal: gone.signal };
    const server = serverFor(caller, given);
    const transport = new StreamableHTTPServerTransport({});
    response.once("close", () => void server.close());
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    await transport.handleRequest(request, response, body);
  };
}

function serverFor(caller: Caller, { tools, logger, version }: McpEndpointGiven): Server {
  const server = new Server(
    { name: "heddle", title: "Heddle", version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS, jsonSchemaValidator: new CfWorkerJsonSchemaValidator() },
  );
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: (await tools.list(caller)).map(({ description }) => description) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = await tools.find(params.name, caller);
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name}". tools/list names those there are.`);
    const progressToken = params._meta?.progressToken;
    const tell: TellProgress = (progress) => {
      if (progressToken === undefined) return;
      // who has gone is told nothing more
      extra.sendNotification({ method: "notifications/progress", params: { progressToken, ...progress } }).catch(() => undefined);
    };
    const signal = AbortSignal.any([caller.signal, extra.signal]);
    try {
      return await tool.call(params.arguments ?? {}, { caller: { ...caller, signal }, tell });
    } catch (error) {
      return errorResult(asApiError(error, logger));
    }
  });
  return server;
}
