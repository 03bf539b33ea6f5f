import { hashJson } from "#runtime/graph/hash.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import { STORED_SECRET } from "../contract/mcp-settings.ts";
import type { McpConnection, McpConnectionSettings } from "../mcp/connection-settings.ts";
import type { ConnectionRow, ConnectionStore } from "../store/connections.ts";
import { createRedactor } from "../vault/redact.ts";
import type { Vault } from "../vault/vault.ts";
import { mcpSecrets } from "./mcp-secrets.ts";
import type { RemoteAccess } from "./remote-access.ts";
import { checkSettings, storedSettings } from "./settings.ts";

export interface ConnectionLoader {
  /** As the pool opens it, with the values of its environment; undefined when there is none. Throws `NodeError` when a value is lost. */
  load(id: string): Promise<McpConnection | undefined>;
  /** What is to be kept out of what its tools answer: values of its environment, and what proves to its server who asks. */
  secretsOf(id: string): Promise<string[]>;
  /** Part of what earlier results depend on: another text when its settings, or what it sends along, have changed. Throws `NodeError("not-found")`. */
  stateOf(connection: { id: string; workspace: string }): Promise<string>;
  /** What a person lets a call through for: the settings, and who asks. Other than `stateOf`, a token that is renewed is the same. As it throws. */
  bindingOf(connection: { id: string; workspace: string }): Promise<{ revision: string; access: string }>;
}

export interface ConnectionLoaderGiven {
  store: Pick<ConnectionStore, "read">;
  vault: Pick<Vault, "all">;
  remote: RemoteAccess;
}

interface Opened {
  connection: McpConnection;
  /** Those that stay with this revision. */
  secrets: string[];
  /** Those that come and go. */
  remoteSecrets: () => Promise<string[]>;
  remoteState: () => Promise<string>;
  remoteAccess: () => Promise<string>;
  workspace: string;
}

/** Asked before every call of a tool: the vault is opened once for each revision. */
export function createConnectionLoader({ store, vault, remote }: ConnectionLoaderGiven): ConnectionLoader {
  const known = new Map<string, Opened>();
  const find = async (id: string) => {
    const row = await store.read(id);
    if (row?.kind !== "mcp" || row.archivedAt !== null) {
      known.delete(id);
      return undefined;
    }
    const before = known.get(id);
    if (before?.connection.revision === row.revision) return { ...before, connection: { ...before.connection, name: row.name } };
    const opened = await open(row, { vault, remote });
    known.set(id, opened);
    return opened;
  };
  const findIn = async ({ id, workspace }: { id: string; workspace: string }) => {
    const found = await find(id);
    if (found?.workspace !== workspace) throw new NodeError("not-found", `There is no connection ${id} here.`, { happened: "no" });
    return found;
  };
  return {
    load: async (id) => (await find(id))?.connection,
    secretsOf: async (id) => {
      const found = await find(id);
      return found ? [...found.secrets, ...(await found.remoteSecrets())] : [];
    },
    stateOf: async (place) => {
      const found = await findIn(place);
      return hashJson({ revision: found.connection.revision, remote: await found.remoteState() });
    },
    bindingOf: async (place) => {
      const found = await findIn(place);
      return { revision: String(found.connection.revision), access: await found.remoteAccess() };
    },
  };
}

async function open(row: ConnectionRow, { vault, remote }: Pick<ConnectionLoaderGiven, "vault" | "remote">): Promise<Opened> {
  const settings = storedSettings(row.settings);
  const names = Object.entries(mcpSecrets.values(settings)).flatMap(([name, value]) => (value === STORED_SECRET ? [name] : []));
  const values = names.length === 0 ? {} : await openValues(row, vault);
  const lost = names.filter((name) => !Object.hasOwn(values, name));
  if (lost.length > 0) {
    throw new NodeError("auth", `The connection "${row.name}" has lost ${lost.join(", ")}. Enter it again on the connections page.`, { happened: "no" });
  }
  const kept = Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
  const checked = checkSettings(mcpSecrets.with(settings, kept));
  const connection = { id: row.id, revision: row.revision, name: row.name, settings: checked };
  const secrets = Object.values(kept).filter(isTelling);
  const { workspaceId: workspace } = row;
  if (checked.transport === "stdio")
    return { connection, workspace, secrets, remoteSecrets: async () => [], remoteState: async () => "", remoteAccess: async () => "" };
  const reached = { id: row.id, workspace, name: row.name, settings: checked };
  return {
    connection: { ...connection, fetch: remote.fetchFor(reached) },
    workspace,
    secrets,
    remoteSecrets: () => remote.secretsOf(reached),
    remoteState: () => remote.stateOf(reached),
    remoteAccess: () => remote.bindingOf(reached),
  };
}

async function openValues(row: ConnectionRow, vault: Pick<Vault, "all">): Promise<Record<string, string>> {
  return vault.all({ workspace: row.workspaceId, owner: row.id }).catch((cause: unknown) => {
    throw new NodeError("auth", `The stored secrets of the connection "${row.name}" were changed in the database. Enter them again.`, {
      happened: "no",
      cause,
    });
  });
}

/** For the pool: takes the secrets of a connection out of what its server wrote. */
export function redactEnvironment(text: string, settings: McpConnectionSettings): string {
  const redactor = createRedactor();
  for (const value of Object.values(mcpSecrets.values(settings))) if (isTelling(value)) redactor.conceal(value);
  return redactor.text(text);
}

/** Usual values of settings, and short words: `staging`. */
const PLAIN_WORD = /^(?:[a-z]{1,7}|(?:TRUE|True|FALSE|False|TRACE|DEBUG|INFO|WARN|WARNING|ERROR)|production|development)$/;
const SHORT_NUMBER = /^\d{1,3}$/;
/** Words and short numbers, as files and folders are called: `/srv/files-2/MyNotes.txt`. What looks made by chance is none. */
const NAME_PART = "(?:[A-Z]?[a-z]{1,14}(?:[A-Z][a-z]{2,14}){0,3}\\d{0,3}|[A-Z]{2,6}|\\d{1,4})";
const PLAIN_PATH = new RegExp(`^(?:~|\\.{1,2})?(?:/\\.?${NAME_PART}(?:[-_. ]${NAME_PART}){0,5})+/?$`);

/** What stands in answers without giving anything away; everything else counts as a secret. */
function isTelling(value: string): boolean {
  return !(PLAIN_WORD.test(value) || SHORT_NUMBER.test(value) || PLAIN_PATH.test(value));
}
