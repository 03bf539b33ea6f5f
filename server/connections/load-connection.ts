import { NodeError } from "#runtime/node/node-error.ts";
import { STORED_SECRET } from "../contract/connections.ts";
import { INHERIT, type McpConnection } from "../mcp/connection-settings.ts";
import type { ConnectionRow, ConnectionStore } from "../store/connections.ts";
import { createRedactor } from "../vault/redact.ts";
import type { Vault } from "../vault/vault.ts";
import { checkSettings, storedSettings } from "./settings.ts";

export interface ConnectionLoader {
  /** As the pool opens it, with the values of its environment; undefined when there is none. Throws `NodeError` when a value is lost. */
  load(id: string): Promise<McpConnection | undefined>;
  /** Values of its environment that are to be kept out of what its tools answer. */
  secretsOf(id: string): Promise<string[]>;
}

export interface ConnectionLoaderGiven {
  store: Pick<ConnectionStore, "read">;
  vault: Pick<Vault, "all">;
}

/** Asked before every call of a tool: the vault is opened once for each revision. */
export function createConnectionLoader({ store, vault }: ConnectionLoaderGiven): ConnectionLoader {
  const known = new Map<string, { connection: McpConnection; secrets: string[] }>();
  const find = async (id: string) => {
    const row = await store.read(id);
    if (!row || row.archivedAt !== null) {
      known.delete(id);
      return undefined;
    }
    const before = known.get(id);
    if (before?.connection.revision === row.revision) return { ...before, connection: { ...before.connection, name: row.name } };
    const opened = await open(row, vault);
    known.set(id, opened);
    return opened;
  };
  return {
    load: async (id) => (await find(id))?.connection,
    secretsOf: async (id) => (await find(id))?.secrets ?? [],
  };
}

async function open(row: ConnectionRow, vault: Pick<Vault, "all">): Promise<{ connection: McpConnection; secrets: string[] }> {
  const settings = storedSettings(row.settings);
  const names = Object.keys(settings.environment).filter((name) => settings.environment[name] === STORED_SECRET);
  const values = names.length === 0 ? {} : await openValues(row, vault);
  const lost = names.filter((name) => !Object.hasOwn(values, name));
  if (lost.length > 0) {
    throw new NodeError("auth", `The connection "${row.name}" has lost ${lost.join(", ")}. Enter it again on the connections page.`, { happened: "no" });
  }
  const kept = Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));
  return {
    connection: {
      id: row.id,
      revision: row.revision,
      name: row.name,
      settings: checkSettings({ ...settings, environment: { ...settings.environment, ...kept } }),
    },
    secrets: Object.values(kept).filter(isTelling),
  };
}

async function openValues(row: ConnectionRow, vault: Pick<Vault, "all">): Promise<Record<string, string>> {
  return vault.all({ workspace: row.workspaceId, owner: row.id }).catch((cause: unknown) => {
    throw new NodeError("auth", `The stored environment of the connection "${row.name}" was changed in the database. Enter its values again.`, {
      happened: "no",
      cause,
    });
  });
}

/** For the pool: takes the values of a connection's environment out of what its server wrote. */
export function redactEnvironment(text: string, { environment }: Pick<McpConnection["settings"], "environment">): string {
  const redactor = createRedactor();
  for (const value of Object.values(environment)) if (value !== INHERIT && isTelling(value)) redactor.conceal(value);
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
