import { ApiError } from "../api-error.ts";
import type { Connections } from "../connections/connections.ts";
import { isMcpSettings } from "../connections/settings.ts";
import * as contract from "../contract/connections.ts";
import type { Tools } from "../tools/tools.ts";
import { type Handling, handle, type RawCall } from "./handle.ts";
import { streamToolCall } from "./stream-tool-call.ts";

/** `ruleOf`: what the rules say of a tool for everybody. */
export function connectionRoutes(connections: Connections, { ruleOf }: Pick<Tools, "ruleOf">): Handling[] {
  const requireRule = async ({ workspace, actor, params }: Pick<RawCall, "workspace" | "actor"> & { params: { id: string; name: string } }) => {
    const rule = await ruleOf({ workspace, connection: params.id, tool: params.name });
    if (rule === "deny") throw new ApiError("forbidden", "The rules let nobody call this tool. An owner sets that on the page of tools.");
    if (rule === "ask" && !actor.person) throw new ApiError("person-required", "The rules want a person for each call of this tool.");
  };
  return [
    handle(contract.listConnections, async ({ query, actor, workspace, may }) => {
      const { items, ...rest } = await connections.list({ ...query, actor, workspace });
      const isManager = await may("connection.manage");
      return { ...rest, items: items.map((one) => shownTo(isManager, one)) };
    }),
    handle(
      contract.createConnection,
      async ({ body, actor, workspace, may }) => {
        if (body.kind === "mcp") await requireCommand(may);
        return connections.create({ workspace, name: body.name, settings: body.settings, actor });
      },
      { audit: (_call, made) => ({ action: "connection.made", resource: connectionResource(made), detail: { kind: made.kind } }) },
    ),
    handle(contract.readConnection, async ({ params, actor, may }) => shownTo(await may("connection.manage"), await connections.read(params.id, actor))),
    handle(
      contract.changeConnection,
      async ({ params, body, actor, may }) => {
        if (body.settings && isMcpSettings(body.settings)) await requireCommand(may);
        return connections.change(params.id, { ...body, actor });
      },
      {
        audit: ({ body }, changed) => ({ action: "connection.changed", resource: connectionResource(changed), detail: { fields: Object.keys(body) } }),
      },
    ),
    handle(
      contract.deleteConnection,
      async ({ params }) => {
        await connections.archive(params.id);
        return undefined;
      },
      { audit: ({ params }) => ({ action: "connection.removed", resource: connectionResource({ id: params.id, name: params.id }) }) },
    ),
    handle(contract.testConnection, ({ params }) => connections.test(params.id)),
    handle(contract.listTools, async ({ params, query }) => ({ items: await connections.tools(params.id, query.search) })),
    handle(contract.changeTool, ({ params, body }) => connections.changeTool(params.id, params.name, body), {
      audit: ({ params, body }) => {
        const { hash, ...judged } = body;
        return { action: "connection.tool-judged", resource: { kind: "tool", id: params.id, name: params.name }, detail: { hash, ...defined(judged) } };
      },
    }),
    handle(
      contract.callTool,
      async (call) => {
        await requireRule(call);
        const { params, body, signal } = call;
        return connections.call(params.id, params.name, { arguments: body.arguments, signal });
      },
      {
        stream: async (call) => {
          await requireRule(call);
          const { params, body, signal, exchange } = call;
          await streamToolCall(exchange.response, (onProgress) => connections.call(params.id, params.name, { arguments: body.arguments, signal, onProgress }));
        },
      },
    ),
  ];
}

async function requireCommand(may: (action: "connection.command") => Promise<boolean>): Promise<void> {
  if (await may("connection.command")) return;
  throw new ApiError("forbidden", "What a connection starts runs with the rights of Heddle itself: only an owner of this installation may set it.");
}

/** How it is started is shown to those who decide that. */
function shownTo(isManager: boolean, connection: contract.Connection): contract.Connection {
  return isManager ? connection : { ...connection, settings: null };
}

function connectionResource({ id, name }: { id: string; name: string }) {
  return { kind: "connection", id, name };
}

function defined(flags: Record<string, boolean | undefined>): Record<string, boolean> {
  return Object.fromEntries(Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}
