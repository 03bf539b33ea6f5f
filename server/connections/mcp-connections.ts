import type { ConnectionId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { PromptAnswer, Prompts, ResourceContents, Resources, ServerLog } from "../contract/mcp.ts";
import type { Logger } from "../logger.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import { type Authorization, connectionOf } from "../mcp/oauth/authorize.ts";
import type { ConnectionStore } from "../store/connections.ts";
import { createRedactor } from "../vault/redact.ts";
import { asApiError } from "./failures.ts";
import type { ConnectionLoader } from "./load-connection.ts";

/** What MCP servers offer besides tools, as the API offers it. Everything that names a connection throws `ApiError("not-found")` when there is none. */
export interface McpConnections {
  resources(id: ConnectionId): Promise<Resources>;
  prompts(id: ConnectionId): Promise<Prompts>;
  readResource(id: ConnectionId, given: { uri: string; signal: AbortSignal }): Promise<ResourceContents>;
  getPrompt(id: ConnectionId, given: { name: string; arguments: Record<string, string>; signal: AbortSignal }): Promise<PromptAnswer>;
  log(id: ConnectionId): Promise<ServerLog>;
  /** The address at which a person authorizes Heddle. */
  authorize(id: ConnectionId, actor: Actor): Promise<{ url: string }>;
  /** They came back. Throws `ApiError` with a sentence for them. */
  authorized(back: { state: string; code?: string | undefined; error?: string | undefined; iss?: string | undefined }, actor: Actor): Promise<{ name: string }>;
}

export interface McpConnectionsGiven {
  store: Pick<ConnectionStore, "read">;
  loader: ConnectionLoader;
  pool: Pick<McpPool, "resources" | "prompts" | "readResource" | "getPrompt" | "log" | "list" | "invalidate">;
  authorization: Authorization;
  logger: Logger;
}

const TIMEOUT_MS = 60_000;

export function createMcpConnections({ store, loader, pool, authorization, logger }: McpConnectionsGiven): McpConnections {
  const find = async (id: string) => {
    const row = await store.read(id);
    if (!row || row.archivedAt !== null) throw new ApiError("not-found", `There is no connection ${id}.`);
    if (row.kind !== "mcp") throw new ApiError("unprocessable", `"${row.name}" is no MCP server.`);
    return row;
  };
  /** What the server says, without the secrets that it knows. */
  const ask = async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    await find(id);
    const redactor = createRedactor();
    const conceal = async () => {
      for (const secret of await loader.secretsOf(id)) redactor.conceal(secret);
    };
    await conceal().catch(asApiError);
    // what proves who asks may be renewed meanwhile
    const answer = await work()
      .finally(conceal)
      .catch((error: unknown) => asApiError(error, redactor.text));
    return redactor.value(answer);
  };
  const ownerOf = async (id: string) => {
    const { workspaceId: workspace, name } = await find(id);
    const settings = (await loader.load(id).catch(asApiError))?.settings;
    if (settings?.transport === undefined || settings.transport === "stdio" || settings.auth.type !== "oauth")
      throw new ApiError("unprocessable", `"${name}" is not authorized with OAuth. Choose it in the settings of the connection first.`);
    return { id, workspace, name, settings };
  };
  return {
    resources: (id) => ask(id, () => pool.resources(id)),
    prompts: async (id) => ({ items: await ask(id, () => pool.prompts(id)) }),
    readResource: async (id, { uri, signal }) => ({
      contents: await ask(id, () => pool.readResource({ connection: id, uri, timeoutMs: TIMEOUT_MS, signal })),
    }),
    getPrompt: (id, { name, arguments: values, signal }) =>
      ask(id, async () => {
        const { description, messages } = await pool.getPrompt({ connection: id, prompt: name, arguments: values, timeoutMs: TIMEOUT_MS, signal });
        return { messages: messages.map(({ role, content }) => ({ role, content: { ...content } })), ...(description !== undefined && { description }) };
      }),
    log: async (id) => {
      await find(id);
      return { items: pool.log(id).map(({ at, ...entry }) => ({ at: at.toISOString(), ...entry })) };
    },
    authorize: async (id, actor) => ({ url: (await authorization.begin(await ownerOf(id), actor.id).catch(asApiError)).href }),
    authorized: async (back, actor) => {
      const id = connectionOf(back.state);
      if (id === undefined) throw new ApiError("bad-request", "This address is not complete. Begin the authorization again.");
      const owner = await ownerOf(id);
      const { state, code, error, iss: issuer } = back;
      await authorization.finish(owner, { by: actor.id, state, code, error, issuer }).catch(asApiError);
      pool.invalidate(id);
      pool.list(id).catch((failed: unknown) => logger.info({ error: failed, connection: id }, "The tools of a connection could not be listed."));
      return { name: owner.name };
    },
  };
}
