import type { Reference, References } from "#runtime/node/references.ts";
import { toTool } from "./connections/tool-view.ts";
import { toolReference } from "./contract/tool-reference.ts";
import type { ConnectionRow, ConnectionStore } from "./store/connections.ts";

/** `tool:<connection>/<tool>`; a tool's name may hold slashes. */
const TOOL_KEY = /^tool:([^/]+)\/(.+)$/s;
/** `graph:<graph>`, or `graph:<graph>@<revision>`. */
const GRAPH_KEY = /^graph:([^@]+)(?:@(\d{1,9}))?$/;
/** `workflow:<workflow>`, or `workflow:<workflow>@<version>`. */
const WORKFLOW_KEY = /^workflow:([^@]+)(?:@(\d{1,9}))?$/;

/** `collection:<collection>`. */
const COLLECTION_KEY = /^collection:(.+)$/;

/** Looks up what a graph of a workspace depends on; a key it cannot find there is answered as missing. */
export type LookUp = (workspace: string, keys: readonly string[]) => Promise<References>;

const missing = (reason: string): Reference => ({ kind: "missing", reason });

interface ReferencesGiven {
  store: ConnectionStore;
  /** Resolves when what is being listed has been recorded. */
  settled: () => Promise<void>;
  /** Looks up a graph's published revision, or the one with this number. */
  graph: (workspace: string, id: string, revision: number | undefined) => Promise<Reference>;
  /** Looks up the newest version of a workflow of the library, or the one with this number. */
  workflow: (workspace: string, id: string, version: number | undefined) => Promise<Reference>;
  /** Looks up a collection of knowledge. */
  collection: (workspace: string, id: string) => Promise<Reference>;
}

/**
 * Looks up what graphs depend on. Nothing is connected to: opening, importing and validating a graph starts no program. What is known of tools
 * was recorded when a person set up, tested or listed their connection.
 */
export function createReferences({ store, settled, graph, workflow, collection }: ReferencesGiven): LookUp {
  return async (workspace, keys) => {
    if (keys.some((key) => TOOL_KEY.test(key))) await settled();
    const connections = new Map<string, Promise<ConnectionRow | undefined>>();
    const connectionOf = (id: string) => {
      const known = connections.get(id) ?? store.read(id);
      connections.set(id, known);
      return known;
    };
    const resolve = async (key: string): Promise<Reference> => {
      const [, connection = "", tool = ""] = TOOL_KEY.exec(key) ?? [];
      if (tool !== "") return resolveTool(await connectionOf(connection), { store, workspace, connection, tool });
      const [, id = "", revision] = GRAPH_KEY.exec(key) ?? [];
      if (id !== "") return graph(workspace, id, revision === undefined ? undefined : Number(revision));
      const [, workflowId = "", version] = WORKFLOW_KEY.exec(key) ?? [];
      if (workflowId !== "") return workflow(workspace, workflowId, version === undefined ? undefined : Number(version));
      const [, collectionId = ""] = COLLECTION_KEY.exec(key) ?? [];
      if (collectionId !== "") return collection(workspace, collectionId);
      return missing(`"${key}" names nothing that Heddle knows.`);
    };
    const entries: [string, Reference][] = [];
    for (const key of new Set(keys)) entries.push([key, await resolve(key)]);
    return Object.fromEntries(entries);
  };
}

interface Wanted {
  store: ConnectionStore;
  workspace: string;
  connection: string;
  tool: string;
}

async function resolveTool(row: ConnectionRow | undefined, { store, workspace, connection, tool }: Wanted): Promise<Reference> {
  if (row?.workspaceId !== workspace) return missing(`There is no connection ${connection} here. Choose another one, or set it up on the connections page.`);
  if (row.archivedAt !== null) return missing(`The connection "${row.name}" was removed. Choose another one.`);
  const known = await store.tool(connection, tool);
  if (!known) {
    return missing(`The connection "${row.name}" is not known to have a tool "${tool}". Test the connection on the connections page, which reads its tools.`);
  }
  const current = toTool(known);
  if (current.quarantined) return missing(`The tool "${tool}" of "${row.name}" changed since it was approved. Approve the change on the connections page.`);
  return toolReference(connection, current);
}
