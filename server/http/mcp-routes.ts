import type { ServerResponse } from "node:http";
import type { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { McpConnections } from "../connections/mcp-connections.ts";
import * as contract from "../contract/mcp.ts";
import { type Handling, handle } from "./handle.ts";
import { sendPage } from "./pages.ts";
import { escaped } from "./return-page.ts";

export function mcpRoutes(mcp: McpConnections): Handling[] {
  return [
    handle(contract.listResources, ({ params }) => mcp.resources(params.id)),
    handle(contract.readResource, ({ params, body, signal }) => mcp.readResource(params.id, { uri: body.uri, signal })),
    handle(contract.listPrompts, ({ params }) => mcp.prompts(params.id)),
    handle(contract.getPrompt, ({ params, body, signal }) => mcp.getPrompt(params.id, { ...body, signal })),
    handle(contract.readServerLog, ({ params }) => mcp.log(params.id)),
    handle(contract.authorizeConnection, ({ params, actor }) => mcp.authorize(params.id, actor), {
      audit: ({ params }) => ({
        action: "connection.changed",
        resource: { kind: "connection", id: params.id, name: params.id },
        detail: { fields: ["authorization"] },
      }),
    }),
    handle(contract.oauthCallback, async ({ query, actor, exchange: { response } }) => {
      await answerReturn(mcp, { query, actor, response });
      return undefined;
    }),
  ];
}

interface Return {
  query: z.output<typeof contract.oauthCallback.query>;
  actor: Actor;
  response: ServerResponse;
}

/** Says on a page how an authorization went. */
async function answerReturn(mcp: McpConnections, { query, actor, response }: Return): Promise<void> {
  if (!actor.person) {
    const text = "Heddle does not know who you are in this browser. Open it here, and begin the authorization again.";
    return sendPage(response, { status: 403, title: "Not authorized", text });
  }
  try {
    await mcp.authorized(query, actor);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return sendPage(response, { status: 400, title: "Not authorized", text: escaped(error.message) });
  }
  sendPage(response, { status: 200, title: "Authorized", text: "The connection works now. You can close this page." });
}
