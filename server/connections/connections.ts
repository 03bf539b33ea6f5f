import type { ToolDescription } from "#nodes/kit/mcp/service.ts";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { type ConnectionId, createId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { Connection, McpSettings, Tool } from "../contract/connections.ts";
import type { Logger } from "../logger.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import type { ConnectionRow, ConnectionStore, NewSettings } from "../store/connections.ts";
import { createRedactor } from "../vault/redact.ts";
import type { Vault } from "../vault/vault.ts";
import { storeSecrets } from "./connection-secrets.ts";
import { asApiError } from "./failures.ts";
import { checkSettings, storedSettings } from "./settings.ts";
import { isShipped } from "./shipped.ts";
import { matches, toTool } from "./tool-view.ts";

export interface ToolAnswer {
  content: { type: string; [key: string]: unknown }[];
  structuredContent?: Record<string, Json>;
  durationMs: number;
}

export interface ConnectionTestAnswer {
  ok: boolean;
  server?: { name: string; version: string };
  tools?: number;
  error?: { message: string; advice: string };
  durationMs: number;
}

/** Connections as the API offers them. Everything that names one throws `ApiError("not-found")` when there is none. */
export interface Connections {
  list(query: {
    workspace: string;
    search?: string | undefined;
    cursor?: string | undefined;
    limit: number;
    actor: Actor;
  }): Promise<{ items: Connection[]; nextCursor?: string }>;
  create(given: { workspace: string; name: string; settings: McpSettings; actor: Actor }): Promise<Connection>;
  read(id: ConnectionId, actor: Actor): Promise<Connection>;
  /** New settings end the running client and take back what was confirmed about the tools. */
  change(id: ConnectionId, given: { name?: string | undefined; settings?: McpSettings | undefined; actor: Actor }): Promise<Connection>;
  archive(id: ConnectionId): Promise<void>;
  test(id: ConnectionId): Promise<ConnectionTestAnswer>;
  /** Connects when needed, and says what the server offers now. */
  tools(id: ConnectionId, search: string | undefined): Promise<Tool[]>;
  changeTool(id: ConnectionId, name: string, given: { hash: string; readOnly?: boolean | undefined; approve?: boolean | undefined }): Promise<Tool>;
  call(id: ConnectionId, name: string, given: { arguments: Record<string, Json>; signal: AbortSignal }): Promise<ToolAnswer>;
}

export interface ConnectionsGiven {
  store: ConnectionStore;
  vault: Pick<Vault, "seal">;
  /** What a connection's server knows, and its answers may hold. */
  secretsOf: (connection: string) => Promise<readonly string[]>;
  pool: Pick<McpPool, "call" | "list" | "test" | "status" | "invalidate">;
  logger: Logger;
}

/** Milliseconds a call from the playground may stay silent, and may take in all. */
const SILENCE_MS = 60_000;
const LONGEST_CALL_MS = 300_000;

export function createConnections(given: ConnectionsGiven): Connections {
  const { store, pool, vault } = given;
  const find = async (id: string): Promise<ConnectionRow> => {
    const row = await store.read(id);
    if (!row || row.archivedAt !== null) throw new ApiError("not-found", `There is no connection ${id}.`);
    return row;
  };
  const view = (row: ConnectionRow, actor: Actor): Connection => ({
    id: row.id as ConnectionId,
    kind: "mcp",
    name: row.name,
    settings: actor.person ? storedSettings(row.settings) : null,
    revision: row.revision,
    health: healthOf(row, pool),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  });
  /** Whoever sets up or changes a connection has decided to start it: its tools are known before a graph asks for them. */
  const listSoon = (id: string) => {
    pool.list(id).catch((error: unknown) => given.logger.info({ error, connection: id }, "The tools of a connection could not be listed."));
  };
  const record = async (row: ConnectionRow, tools: readonly ToolDescription[]) =>
    store.record({ connection: row.id, tools, isShipped: isShipped(row.settings), isWhole: true });

  return {
    list: async ({ actor, ...query }) => {
      const { items, ...rest } = await store.list(query);
      return { items: items.map((row) => view(row, actor)), ...rest };
    },
    create: async ({ workspace, name, settings, actor }) => {
      checkSettings(settings);
      const id = createId("conn");
      const { stored, add } = await storeSecrets(vault, { workspace, id, settings, before: undefined });
      const row = await store.create({ id, workspace, name: withoutZero(name), settings: stored, actor: actor.id, secrets: add });
      listSoon(row.id);
      return view(row, actor);
    },
    read: async (id, actor) => view(await find(id), actor),
    change: async (id, { name, settings, actor }) => {
      const before = await find(id);
      if (settings) checkSettings(settings);
      const renewed = settings && (await renewedSettings(vault, before, settings));
      const row = await store.change(id, { ...(name !== undefined && { name: withoutZero(name) }), ...(renewed && { renewed }) });
      if (!row) throw new ApiError("conflict", "This connection has just been changed by somebody else. Look at it again.");
      if (renewed) {
        pool.invalidate(id);
        listSoon(id);
      }
      return view(row, actor);
    },
    archive: async (id) => {
      await find(id);
      await store.archive(id);
      pool.invalidate(id);
    },
    test: async (id) => {
      const row = await find(id);
      const { ok, server, tools, error, durationMs } = await pool.test(id);
      if (tools) await record(row, tools);
      const detail = ok ? `Answered with ${tools?.length ?? 0} tools.` : `${error?.message ?? "It did not answer."} ${error?.advice ?? ""}`.trim();
      await store.setState(id, { state: ok ? "green" : "red", detail: detail.slice(0, 2_000), checkedAt: new Date().toISOString() });
      return {
        ok,
        durationMs,
        ...(server && { server }),
        ...(tools && { tools: tools.length }),
        ...(error && { error: { message: error.message, advice: error.advice } }),
      };
    },
    tools: async (id, search) => {
      const row = await find(id);
      await record(row, await pool.list(id).catch(asApiError));
      const tools = (await store.tools(id)).map(toTool);
      return search ? tools.filter((tool) => matches(tool, search)) : tools;
    },
    changeTool: async (id, name, { hash, readOnly, approve }) => {
      await find(id);
      const known = await store.tool(id, name);
      if (!known) throw new ApiError("not-found", `This connection has no tool "${name}".`);
      const row = await store.judge({ connection: id, tool: name, hash, approve: approve === true, readOnly });
      if (!row) throw new ApiError("conflict", `"${name}" has changed since it was shown to you. Look at it again.`);
      return toTool(row);
    },
    call: async (id, name, { arguments: values, signal }) => {
      await find(id);
      const began = performance.now();
      const call = { connection: id, tool: name, arguments: values, timeoutMs: SILENCE_MS, maxTimeoutMs: LONGEST_CALL_MS, signal };
      const redactor = createRedactor();
      for (const secret of await given.secretsOf(id).catch(asApiError)) redactor.conceal(secret);
      const answer = await pool.call(call).catch((error: unknown) => asApiError(error, redactor.text));
      const { content, structuredContent } = redactor.value(answer);
      return {
        content: content.map((part) => ({ ...part })),
        ...(structuredContent && { structuredContent: structuredContent as Record<string, Json> }),
        durationMs: performance.now() - began,
      };
    },
  };
}

/** What this process sees of a connection now, or what was last seen of it. */
function healthOf(row: ConnectionRow, pool: ConnectionsGiven["pool"]): Connection["health"] {
  const now = pool.status(row.id);
  if (now.state !== "unknown") return { state: now.state, detail: now.detail, checkedAt: now.checkedAt?.toISOString() ?? null };
  const stored = (row.stateDetail ?? {}) as { detail?: string; checkedAt?: string };
  const state = row.state === "green" || row.state === "yellow" || row.state === "red" ? row.state : "unknown";
  return { state, detail: stored.detail ?? now.detail, checkedAt: stored.checkedAt ?? null };
}

/** Postgres text holds no zero character. */
function withoutZero(text: string): string {
  return text.replaceAll("\0", "");
}

/** Undefined when everything stays as it is. */
async function renewedSettings(vault: Pick<Vault, "seal">, row: ConnectionRow, settings: McpSettings): Promise<NewSettings | undefined> {
  const before = { settings: storedSettings(row.settings), revision: row.revision };
  const { stored, add, keep } = await storeSecrets(vault, { workspace: row.workspaceId, id: row.id, settings, before });
  const isSame = add.length === 0 && canonicalJson(stored) === canonicalJson(before.settings);
  return isSame ? undefined : { settings: stored, of: row.revision, add, keep };
}
