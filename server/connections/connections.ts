import type { ToolCall, ToolDescription } from "#nodes/kit/mcp/service.ts";
import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { type ConnectionId, createId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { ApiError } from "../api-error.ts";
import type { Actor } from "../auth/actor.ts";
import type { ComfyProbeAnswer, Connection, ConnectionKind, Tool } from "../contract/connections.ts";
import type { Logger } from "../logger.ts";
import type { McpPool } from "../mcp/client-pool.ts";
import { grantOwner } from "../mcp/oauth/grant-store.ts";
import type { ConnectionRow, ConnectionStore, NewSettings } from "../store/connections.ts";
import type { ToolStore } from "../store/tools.ts";
import { createRedactor } from "../vault/redact.ts";
import type { Vault } from "../vault/vault.ts";
import { storeSecrets } from "./connection-secrets.ts";
import { toConnection } from "./connection-view.ts";
import { asApiError } from "./failures.ts";
import { type ConnectionSettings, checkSettings, isMcpSettings, kindOf, storedComfySettings, storedModelSettings, storedSettings } from "./settings.ts";
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
  models?: number;
  comfyui?: ComfyProbeAnswer;
  error?: { message: string; advice: string };
  durationMs: number;
}

/** Connections as the API offers them. Everything that names one throws `ApiError("not-found")` when there is none. */
export interface Connections {
  list(query: {
    workspace: string;
    kind?: ConnectionKind | undefined;
    search?: string | undefined;
    cursor?: string | undefined;
    limit: number;
    actor: Actor;
  }): Promise<{ items: Connection[]; nextCursor?: string }>;
  create(given: { workspace: string; name: string; settings: ConnectionSettings; actor: Actor }): Promise<Connection>;
  read(id: ConnectionId, actor: Actor): Promise<Connection>;
  /** New settings end the running client and take back what was confirmed about the tools. */
  change(id: ConnectionId, given: { name?: string | undefined; settings?: ConnectionSettings | undefined; actor: Actor }): Promise<Connection>;
  archive(id: ConnectionId): Promise<void>;
  test(id: ConnectionId): Promise<ConnectionTestAnswer>;
  /** Connects when needed, and says what the server offers now. */
  tools(id: ConnectionId, search: string | undefined): Promise<Tool[]>;
  changeTool(id: ConnectionId, name: string, given: { hash: string; readOnly?: boolean | undefined; approve?: boolean | undefined }): Promise<Tool>;
  call(
    id: ConnectionId,
    name: string,
    given: { arguments: Record<string, Json>; signal: AbortSignal; onProgress?: NonNullable<ToolCall["onProgress"]> },
  ): Promise<ToolAnswer>;
}

export interface ConnectionsGiven {
  store: ConnectionStore;
  vault: Pick<Vault, "seal" | "remove">;
  /** What a connection's server knows, and its answers may hold. */
  secretsOf: (connection: string) => Promise<readonly string[]>;
  pool: Pick<McpPool, "call" | "list" | "test" | "status" | "invalidate">;
  /** Keeps what a call came to, for the figures of its tool. */
  note: ToolStore["note"];
  /** Asks a model provider what it has. */
  models: ConnectionProbe;
  /** Asks a ComfyUI server what it is. */
  comfyui: ConnectionProbe;
  logger: Logger;
}

/** What an outside system said when it was asked; `detail` is one line for its health. */
export interface ConnectionProbe {
  test(id: ConnectionId): Promise<ConnectionTestAnswer & { detail: string }>;
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
  const findServer = async (id: string): Promise<ConnectionRow> => {
    const row = await find(id);
    if (row.kind !== "mcp") throw new ApiError("unprocessable", `"${row.name}" is no MCP server: it has no tools.`);
    return row;
  };
  const view = (row: ConnectionRow, actor: Actor): Connection =>
    toConnection(row, { isPerson: actor.person, healthNow: row.kind === "mcp" ? pool.status(row.id) : undefined });
  /** Whoever sets up or changes a connection has decided to start it: its tools are known before a graph asks for them. */
  const listSoon = ({ id, kind }: ConnectionRow) => {
    if (kind !== "mcp") return;
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
      check(settings);
      const id = createId("conn");
      const { stored, add } = await storeSecrets(vault, { workspace, id, settings, before: undefined });
      const row = await store.create({ id, workspace, kind: kindOf(settings), name: withoutZero(name), settings: stored, actor: actor.id, secrets: add });
      listSoon(row);
      return view(row, actor);
    },
    read: async (id, actor) => view(await find(id), actor),
    change: async (id, { name, settings, actor }) => {
      const before = await find(id);
      if (settings) check(settings, before);
      const renewed = settings && (await renewedSettings(vault, before, settings));
      const row = await store.change(id, { ...(name !== undefined && { name: withoutZero(name) }), ...(renewed && { renewed }) });
      if (!row) throw new ApiError("conflict", "This connection has just been changed by somebody else. Look at it again.");
      if (renewed) {
        pool.invalidate(id);
        listSoon(row);
      }
      return view(row, actor);
    },
    archive: async (id) => {
      const { workspaceId: workspace } = await find(id);
      await store.archive(id);
      await vault.remove({ workspace, owner: grantOwner(id) });
      pool.invalidate(id);
    },
    test: async (id) => {
      const row = await find(id);
      if (row.kind === "model") return testBy(given.models, id, store);
      if (row.kind === "comfyui") return testBy(given.comfyui, id, store);
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
      const row = await findServer(id);
      await record(row, await pool.list(id).catch(asApiError));
      const tools = (await store.tools(id)).map(toTool);
      return search ? tools.filter((tool) => matches(tool, search)) : tools;
    },
    changeTool: async (id, name, { hash, readOnly, approve }) => {
      await findServer(id);
      const known = await store.tool(id, name);
      if (!known) throw new ApiError("not-found", `This connection has no tool "${name}".`);
      const row = await store.judge({ connection: id, tool: name, hash, approve: approve === true, readOnly });
      if (!row) throw new ApiError("conflict", `"${name}" has changed since it was shown to you. Look at it again.`);
      return toTool(row);
    },
    call: async (id, name, { arguments: values, signal, onProgress }) => {
      const { workspaceId: workspace } = await findServer(id);
      const began = performance.now();
      const call = {
        connection: id,
        tool: name,
        arguments: values,
        timeoutMs: SILENCE_MS,
        maxTimeoutMs: LONGEST_CALL_MS,
        signal,
        ...(onProgress && { onProgress }),
      };
      const redactor = createRedactor();
      const conceal = async () => {
        for (const secret of await given.secretsOf(id)) redactor.conceal(secret);
      };
      await conceal().catch(asApiError);
      const note = (code: string | null) => {
        given
          .note({ workspace, connection: id, tool: name, run: null, milliseconds: Math.round(performance.now() - began), code })
          // figures are not worth a call
          .catch((error: unknown) => given.logger.debug({ error }, "A call of a tool was not noted."));
      };
      // what proves who asks may be renewed meanwhile
      const called = pool.call(call).finally(conceal);
      const answer = await called.catch((error: unknown) => {
        note(error instanceof NodeError ? error.code : "unexpected");
        return asApiError(error, redactor.text);
      });
      note(null);
      const { content, structuredContent } = redactor.value(answer);
      return {
        content: content.map((part) => ({ ...part })),
        ...(structuredContent && { structuredContent: structuredContent as Record<string, Json> }),
        durationMs: performance.now() - began,
      };
    },
  };
}

async function testBy(probe: ConnectionProbe, id: ConnectionId, store: Pick<ConnectionStore, "setState">): Promise<ConnectionTestAnswer> {
  const { detail, ...answer } = await probe.test(id);
  await store.setState(id, { state: answer.ok ? "green" : "red", detail: detail.slice(0, 2_000), checkedAt: new Date().toISOString() });
  return answer;
}

/** Throws `ApiError`: `bad-request`, or `unprocessable` where a connection would become one of another kind. */
function check(settings: ConnectionSettings, before?: ConnectionRow): void {
  if (before && before.kind !== kindOf(settings)) throw new ApiError("unprocessable", "A connection stays what it is. Add another one instead.");
  if (isMcpSettings(settings)) checkSettings(settings);
}

/** Postgres text holds no zero character. */
function withoutZero(text: string): string {
  return text.replaceAll("\0", "");
}

/** Undefined when everything stays as it is. */
async function renewedSettings(vault: Pick<Vault, "seal">, row: ConnectionRow, settings: ConnectionSettings): Promise<NewSettings | undefined> {
  const read = { model: storedModelSettings, comfyui: storedComfySettings, mcp: storedSettings }[row.kind];
  const known = read(row.settings);
  const before = { settings: known, revision: row.revision };
  const { stored, add, keep } = await storeSecrets(vault, { workspace: row.workspaceId, id: row.id, settings, before });
  const isSame = add.length === 0 && canonicalJson(stored) === canonicalJson(before.settings);
  return isSame ? undefined : { settings: stored, of: row.revision, add, keep };
}
