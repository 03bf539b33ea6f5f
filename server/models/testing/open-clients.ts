import { createHash } from "node:crypto";
import type { ModelClient, ModelRequest } from "#nodes/kit/models/service.ts";
import { STORED_SECRET } from "../../contract/mcp-settings.ts";
import type { ModelSettings } from "../../contract/model-settings.ts";
import type { ModelFacts } from "../../contract/models.ts";
import { createEgressClient } from "../../egress/create-egress-client.ts";
import type { ConnectionRow } from "../../store/connections.ts";
import { knownModel } from "../catalogue.ts";
import { createModelClients, type ModelClients } from "../model-client.ts";

export interface OpenClientsGiven {
  settings: ModelSettings;
  /** Ports of this machine that an owner allowed. */
  allowed: readonly number[];
  /** What the workspace says of any model. */
  facts?: ModelFacts;
  files?: readonly Uint8Array[];
}

export interface OpenClients {
  clients: ModelClients;
  client: ModelClient;
  /** What was asked to be kept out of everything that is recorded. */
  concealed: string[];
  generate(request: Partial<ModelRequest> & { text?: string }): ReturnType<ModelClient["generate"]>;
  close(): Promise<void>;
}

/** Clients of one connection, `conn_a` of `workspace_a`, through the real egress guard and the real SDKs. */
export function openClients({ settings, allowed, facts, files = [] }: OpenClientsGiven): OpenClients {
  const { apiKey, ...rest } = settings;
  const row = {
    ...{ id: "conn_a", workspaceId: "workspace_a", kind: "model", name: "Models", revision: 1, archivedAt: null },
    settings: { ...rest, ...(apiKey !== undefined && { apiKey: STORED_SECRET }) },
  } as ConnectionRow;
  const egress = createEgressClient({ allow: () => allowed.map((port) => ({ host: "127.0.0.1", port })), ownListeners: () => [] });
  const stored = new Map(files.map((file) => [createHash("sha256").update(file).digest("hex"), file]));
  const clients = createModelClients({
    store: { read: async (id) => (id === row.id ? row : undefined) },
    vault: { all: async (): Promise<Record<string, string>> => (apiKey === undefined ? {} : { "api-key": apiKey }) },
    fetch: egress.fetch,
    health: { answered: () => undefined, failed: () => undefined },
    models: { find: async (name) => knownModel(name, facts && { ...name, facts, changedAt: new Date() }) },
    readFile: (workspace) => async (hash) => (workspace === row.workspaceId ? stored.get(hash) : undefined),
  });
  const concealed: string[] = [];
  const client = clients.clientFor({ workspace: row.workspaceId, conceal: (secret) => void concealed.push(secret) });
  return {
    clients,
    client,
    concealed,
    generate: ({ text = "Hello", ...request }) =>
      client.generate({
        ...{ connection: row.id, model: "answers", messages: [{ role: "user", content: [{ type: "text", text }] }] },
        ...{ signal: new AbortController().signal, timeoutMs: 30_000 },
        ...request,
      }),
    close: () => egress.close(),
  };
}
