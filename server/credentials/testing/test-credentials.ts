import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createEgressClient } from "../../egress/create-egress-client.ts";
import { silentLogger } from "../../logger.ts";
import { createCredentialStore } from "../../store/credentials.ts";
import type { Database } from "../../store/database/open-database.ts";
import { createDocumentUpdateStore } from "../../store/document-updates.ts";
import { openVault } from "../../vault/vault.ts";
import { createCredentials } from "../credentials.ts";
import { createCredentialUse } from "../use-credential.ts";

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}
interface Told {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A server on this machine that answers as it is told, and keeps what it was asked. */
export async function startOther(answer: (request: Seen) => Told = () => ({})) {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const asked = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
    seen.push(asked);
    const told = answer(asked);
    response.writeHead(told.status ?? 200, told.headers).end(told.body ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { seen, port, host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}`, close };
}
export type Other = Awaited<ReturnType<typeof startOther>>;

/** Everything of credentials, over a vault of its own; loopback may be called. */
export async function createTestCredentials(database: Database, given: { allow: () => { host: string; port: number }[]; now?: () => number }) {
  const directory = await mkdtemp(join(tmpdir(), "heddle-credentials-"));
  const vault = await openVault({ database, keyFile: join(directory, "vault.key"), environment: {}, logger: silentLogger });
  const egress = createEgressClient({ allow: given.allow, ownListeners: () => [] });
  const store = createCredentialStore(database);
  const use = createCredentialUse({ store, vault, egress, logger: silentLogger, ...(given.now && { now: given.now }) });
  const credentials = createCredentials({ store, vault, use, updates: createDocumentUpdateStore(database) });
  const close = async () => {
    await egress.close();
    await vault.close();
    await rm(directory, { recursive: true, force: true });
  };
  return { vault, egress, store, use, credentials, close };
}
