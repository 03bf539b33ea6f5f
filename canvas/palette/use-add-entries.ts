import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useContext, useMemo } from "react";
import type { WorkspaceId } from "#runtime/graph/ids.ts";
import type { ReferenceKey, References } from "#runtime/node/references.ts";
import { listAgents } from "#server/contract/agents.ts";
import { listAssets } from "#server/contract/assets.ts";
import type { FoundThing } from "#server/contract/find.ts";
import { listGraphs } from "#server/contract/graphs.ts";
import { readReferences } from "#server/contract/system.ts";
import { toolReference } from "#server/contract/tool-reference.ts";
import { type FoundTool, searchTools } from "#server/contract/tools.ts";
import { call } from "../api/client.ts";
import { Elsewhere } from "../api/elsewhere.ts";
import { keyOf, useApi } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";
import { useMay } from "../session/use-may.ts";
import { type AddEntry, fileEntries, graphEntries, toolEntries, typeEntries } from "./add-entry.ts";
import { foundEntries } from "./found-entries.ts";
import { useFoundThings } from "./use-found-things.ts";
import { useLibraryEntries } from "./use-library-entries.ts";

const FRESH_MS = 60_000;
/** Others are found by a search. */
const MOST_TOOLS = 1_000;
/** Of one request (`server/contract/system.ts`). */
const MOST_KEYS = 1_000;
/** The newest: the media library has them all. */
const MOST_FILES = 100;

export interface AddEntries {
  entries: readonly AddEntry[];
  /** What the search by meaning has found, and the entries of it that are not among the others. */
  found: readonly FoundThing[];
  beyond: readonly AddEntry[];
  /** What is known of the tools and graphs among them. */
  references: References;
  /** Tools or graphs are still being asked for. */
  isAsking: boolean;
}

/** All that can be added to the open graph: node types, tools of connections, published graphs, agents of the library, and what a search finds beyond them. */
export function useAddEntries(search: string): AddEntries {
  const { graphId } = useEditor();
  const tools = useAllTools();
  const mayList = useMay("graph.list");
  const graphs = useApi(listGraphs, { query: { limit: 200 } }, { enabled: mayList });
  const agents = useApi(listAgents, { query: { limit: 200 } }, { enabled: mayList });
  const mayLook = useMay("asset.read");
  const files = useApi(listAssets, { query: { limit: MOST_FILES } }, { enabled: mayLook });
  const library = useLibraryEntries();
  const entries = useMemo(
    () => [
      ...typeEntries(),
      ...tools.items.flatMap(({ connection, tool }) => toolEntries(connection, [tool])),
      ...graphEntries([...(agents.data?.items ?? []), ...(graphs.data?.items ?? [])], graphId),
      ...library,
      ...fileEntries(files.data?.items ?? []),
    ],
    [tools.items, agents.data, graphs.data, library, files.data, graphId],
  );
  const found = useFoundThings(search);
  const beyond = useMemo(() => foundEntries(found, { entries, open: graphId }), [found, entries, graphId]);
  const ofTools = useMemo(() => toolReferences(tools.items), [tools.items]);
  const keys = useMemo(() => keysOf(entries).filter((key) => !(key in ofTools)), [entries, ofTools]);
  const asked = useKnownReferences(keys);
  const ofFound = useKnownReferences(useMemo(() => keysOf(beyond), [beyond]));
  return {
    ...{ entries, found, beyond },
    references: useMemo(() => ({ ...ofTools, ...asked, ...ofFound }), [ofTools, asked, ofFound]),
    isAsking: tools.isAsking || graphs.isLoading || agents.isLoading || (keys.length > 0 && asked === undefined),
  };
}

function keysOf(entries: readonly AddEntry[]): ReferenceKey[] {
  return [...new Set(entries.flatMap(({ references }) => references))].slice(0, MOST_KEYS);
}

/** A tool's listing says all that a reference to it does. */
function toolReferences(tools: readonly FoundTool[]): References {
  const usable = tools.filter(({ tool }) => !tool.quarantined);
  return Object.fromEntries(usable.map(({ connection: { id }, tool }) => [`tool:${id}/${tool.name}`, toolReference(id, tool)]));
}

/** Of all servers, as they were listed last: one that does not answer now is in nobody's way. */
function useAllTools(): { items: readonly FoundTool[]; isAsking: boolean } {
  const workspace = useContext(Elsewhere);
  const mayList = useMay("connection.read");
  const { data, isLoading } = useQuery({
    queryKey: [...keyOf(searchTools), "palette", ...(workspace ? [workspace] : [])],
    queryFn: ({ signal }) => allTools({ signal, workspace }),
    enabled: mayList,
    staleTime: FRESH_MS,
  });
  return { items: data ?? NO_TOOLS, isAsking: isLoading };
}

const NO_TOOLS: readonly FoundTool[] = [];

async function allTools(circumstances: { signal: AbortSignal; workspace: WorkspaceId | undefined }): Promise<FoundTool[]> {
  const found: FoundTool[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(searchTools, { query: { limit: 200, ...(cursor && { cursor }) }, ...circumstances });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && found.length < MOST_TOOLS);
  return found;
}

function useKnownReferences(keys: readonly ReferenceKey[]): References | undefined {
  const { graphId: id } = useEditor();
  const { data } = useQuery({
    queryKey: [...keyOf(readReferences, { id, keys }), "palette"],
    queryFn: async ({ signal }) => (await call(readReferences, { params: { id }, body: { keys: [...keys] }, signal })).references,
    enabled: keys.length > 0,
    staleTime: FRESH_MS,
    placeholderData: keepPreviousData,
  });
  return data;
}
