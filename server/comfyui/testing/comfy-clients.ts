import { createEgressClient } from "../../egress/create-egress-client.ts";
import { silentLogger } from "../../logger.ts";
import type { ConnectionRow } from "../../store/connections.ts";
import { type ComfyClients, createComfyClients } from "../client.ts";
import type { FollowTiming } from "../follow.ts";

export interface TestServer {
  /** Id of its connection. */
  id: string;
  url: string;
  labels?: string[];
  auth?: { type: "bearer"; value: string } | { type: "header"; name: string; value: string };
}

export const TEST_WORKSPACE = "workspace_a";

/** Quicker than in earnest: nothing here takes long. */
export const QUICK: FollowTiming = { quietMs: 150, pollMs: 50, endingMs: 20, endingLimitMs: 1_000, absentMs: 200, leastMs: 10 };

/** Clients of such servers, with the egress guard in between, which allows their ports. `close` ends all of it. */
export function openComfyClients(
  servers: () => readonly TestServer[],
  { isAllowed = true, answerMs }: { isAllowed?: boolean; answerMs?: number } = {},
): { clients: ComfyClients; close(): Promise<void> } {
  const allow = () => (isAllowed ? servers().map(({ url }) => ({ host: "127.0.0.1", port: Number(new URL(url).port) })) : []);
  const egress = createEgressClient({ allow, ownListeners: () => [] });
  const rows = () => servers().map(rowOf);
  const clients = createComfyClients({
    store: { read: async (id) => rows().find((row) => row.id === id), list: async () => ({ items: rows() }) },
    vault: { all: async () => ({}) },
    ...{ egress, installation: async () => "installation", logger: silentLogger, followTiming: QUICK },
    health: { answered: () => undefined, failed: () => undefined },
    socketTiming: { retryMs: 20, mostRetryMs: 100 },
    answerMs,
  });
  return {
    clients,
    close: async () => {
      clients.close();
      await egress.close();
    },
  };
}

function rowOf({ id, url, labels = [], auth }: TestServer): ConnectionRow {
  const row: Partial<ConnectionRow> = {
    ...{ id, workspaceId: TEST_WORKSPACE, kind: "comfyui", name: `Server ${id}`, revision: 1, archivedAt: null },
    settings: { server: "comfyui", baseUrl: url, auth: auth ?? { type: "none" }, labels },
  };
  return row as ConnectionRow;
}
