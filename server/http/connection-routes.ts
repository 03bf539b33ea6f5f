import type { Connections } from "../connections/connections.ts";
import * as contract from "../contract/connections.ts";
import { type Handling, handle } from "./handle.ts";

export function connectionRoutes(connections: Connections): Handling[] {
  return [
    handle(contract.listConnections, ({ query, actor }) => connections.list({ ...query, actor })),
    handle(contract.createConnection, ({ body, actor }) => connections.create({ name: body.name, settings: body.settings, actor })),
    handle(contract.readConnection, ({ params, actor }) => connections.read(params.id, actor)),
    handle(contract.changeConnection, ({ params, body, actor }) => connections.change(params.id, { ...body, actor })),
    handle(contract.deleteConnection, async ({ params }) => {
      await connections.archive(params.id);
      return undefined;
    }),
    handle(contract.testConnection, ({ params }) => connections.test(params.id)),
    handle(contract.listTools, async ({ params, query }) => ({ items: await connections.tools(params.id, query.search) })),
    handle(contract.changeTool, ({ params, body }) => connections.changeTool(params.id, params.name, body)),
    handle(contract.callTool, ({ params, body, signal }) => connections.call(params.id, params.name, { arguments: body.arguments, signal })),
  ];
}
