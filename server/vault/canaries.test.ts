import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ConnectionId, CredentialId } from "#runtime/graph/ids.ts";
import { LOCAL_PERSON } from "../auth/actor.ts";
import { createConnections } from "../connections/connections.ts";
import { createConnectionLoader } from "../connections/load-connection.ts";
import type { CredentialSettings } from "../contract/credentials.ts";
import { createTestCredentials, type Other, startOther } from "../credentials/testing/test-credentials.ts";
import { createSigningSecrets } from "../hooks/signing-secrets.ts";
import type { Logger } from "../logger.ts";
import { createConnectionStore } from "../store/connections.ts";
import { type Database, openDatabase } from "../store/database/open-database.ts";
import { encodingsOf } from "./encodings.ts";
import { createTextFinder } from "./text-finder.ts";

const workspace = "workspace_a";
const canary = (index: number) => `canary-${index}-${"0123456789abcdef"[index % 16]}f7a9c3e1b5d2`;

let database: Database;
let directory: string;
let other: Other;
let test: Awaited<ReturnType<typeof createTestCredentials>>;
const logged: unknown[] = [];
const note = (...given: unknown[]) => void logged.push(given);
const logger: Logger = { debug: note, info: note, warn: note, error: note, fatal: note };

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "heddle-canaries-"));
  database = await openDatabase({ dataDirectory: directory });
  // echoes all that it is sent, as some services do in their errors
  other = await startOther(({ method, url, headers, body }) => ({ status: 403, body: JSON.stringify({ method, url, headers, body }) }));
  test = await createTestCredentials(database, { allow: () => [{ host: "127.0.0.1", port: other.port }] });
});
afterAll(async () => {
  await test.close();
  await other.close();
  await database.close();
  await rm(directory, { recursive: true, force: true });
});

const settingsOf = (index: number): CredentialSettings => {
  const kinds: CredentialSettings[] = [
    { kind: "api-key", in: "header", name: "x-key" },
    { kind: "api-key", in: "query", name: "key" },
    { kind: "bearer" },
    { kind: "basic", username: "me" },
    { kind: "header", name: "x-secret" },
    { kind: "oauth2-client", tokenUrl: `${other.origin}/token`, clientId: "heddle", scope: "" },
  ];
  return kinds[index % kinds.length] ?? { kind: "bearer" };
};

/** Every table as text: bytes as they are, as hexadecimal digits and as base64. */
async function dump(): Promise<string> {
  const { rows: columns } = await database.db.execute<{ table_name: string; column_name: string; data_type: string }>(
    sql`SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'`,
  );
  const parts: string[] = [];
  for (const name of new Set(columns.map((column) => column.table_name))) {
    const { rows } = await database.db.execute(sql`SELECT * FROM ${sql.identifier(name)}`);
    for (const row of rows) {
      parts.push(JSON.stringify(row));
      for (const value of Object.values(row)) {
        if (value instanceof Uint8Array) for (const encoding of ["utf8", "latin1", "hex", "base64"] as const) parts.push(Buffer.from(value).toString(encoding));
      }
    }
  }
  return parts.join("\n");
}

it("a hundred secrets, in every field that takes one, are in no table, answer, error or log line, and not in the database's files", async () => {
  const answers: unknown[] = [];
  const keep = async (work: Promise<unknown>) => {
    answers.push(await work.catch((error: unknown) => [String(error), JSON.stringify(error), error instanceof Error && "details" in error && error.details]));
  };
  const store = createConnectionStore(database);
  const loader = createConnectionLoader({ store, vault: test.vault });
  const nothing = { list: async () => [], test: () => Promise.reject(new Error()), status: () => ({ state: "unknown" as const, detail: "", checkedAt: null }) };
  const pool = { ...nothing, call: () => Promise.reject(new Error()), invalidate: () => undefined };
  const connections = createConnections({ store, vault: test.vault, secretsOf: loader.secretsOf, pool, logger });
  const signal = new AbortController().signal;

  for (let index = 0; index < 60; index++) {
    const settings = settingsOf(index);
    const made = { workspace, actor: "a", name: `Credential ${index}`, description: "", settings, hosts: [other.host], nodeTypes: [], secret: canary(index) };
    const credential = await test.credentials.create(made);
    answers.push(credential);
    const id = credential.id as CredentialId;
    await keep(test.credentials.change(id, { hosts: ["evil.test"] }));
    await keep(test.credentials.change(id, { settings: { kind: "bearer" }, secret: `${canary(index)}\n` }));
    await keep(test.credentials.test(id, { signal }));
    if (index % 10 === 0) await keep(test.credentials.rotate(id, canary(index)));
  }
  for (let index = 60; index < 90; index++) {
    const settings = { transport: "stdio" as const, command: "server", arguments: [], environment: { TOKEN: canary(index), PATH: "heddle:inherit" } };
    const connection = await connections.create({ workspace, name: `Connection ${index}`, settings, actor: LOCAL_PERSON });
    answers.push(connection);
    const id = connection.id as ConnectionId;
    if (index % 2 === 0) await keep(connections.change(id, { settings: { ...settings, command: "other" }, actor: LOCAL_PERSON }));
    await keep(connections.change(id, { settings: { ...settings, environment: { OTHER: "heddle:secret" } }, actor: LOCAL_PERSON }));
    expect((await loader.load(id))?.settings.environment.TOKEN).toBe(canary(index));
  }
  const signing = createSigningSecrets({ vault: test.vault, installationKey: Buffer.alloc(32, 1) });
  for (let index = 90; index < 100; index++) {
    const hook = { id: `hook_${index}`, workspaceId: workspace, generation: 1 };
    await signing.setOwn(hook, canary(index));
    expect(await signing.of(hook)).toEqual({ secret: canary(index), isOwn: true });
  }
  answers.push(
    await test.credentials.list({ workspace, limit: 200 }),
    await connections.list({ workspace, limit: 200, actor: LOCAL_PERSON }),
    await test.vault.status(),
  );

  const sent = JSON.stringify(other.seen);
  const finder = createTextFinder(Array.from({ length: 100 }, (_, index) => [...encodingsOf(canary(index))]).flat());
  // the secrets were in use, and would be found
  expect(finder.find(sent).found.length).toBeGreaterThan(50);
  const told = [await dump(), JSON.stringify(answers), JSON.stringify(logged), await readFiles()];
  expect((await test.vault.status()).secrets).toBe(100 + 2);
  for (const text of told) expect(finder.find(text).found).toEqual([]);
});

/** What the embedded database wrote to the disk, its log included. */
async function readFiles(): Promise<string> {
  await database.db.execute(sql`CHECKPOINT`);
  const entries = await readdir(join(directory, "database"), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(100);
  const texts = await Promise.all(files.map(async (entry) => (await readFile(join(entry.parentPath, entry.name))).toString("latin1")));
  return texts.join("\n");
}
