import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { referenceKeys } from "#runtime/plan/compile.ts";
import { readGraph, readRevision } from "#server/contract/graphs.ts";
import { readReferences } from "#server/contract/system.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf, useApi } from "../api/queries.ts";
import { Dialog } from "../ui/dialog.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { CapabilitiesDialog } from "./capabilities-dialog.tsx";
import { agentNodeOf, toolOffersOf } from "./tool-nodes.ts";

/** What an agent of the library can do: its published revision, or its draft while none is. */
export function LibraryCapabilities({ agent: id, onClose }: { agent: GraphId; onClose(): void }) {
  const detail = useApi(readGraph, { params: { id } });
  const published = detail.data?.publishedRevision ?? undefined;
  const revision = useApi(readRevision, { params: { id, number: published ?? 1 } }, { enabled: published !== undefined, isImmutable: true });
  const graph = published === undefined ? detail.data?.graph : revision.data?.graph;
  const references = useReferencesOf(id, graph);
  const node = useMemo(() => graph && references.data && agentNodeOf(graph, references.data), [graph, references.data]);
  const offers = useMemo(() => (graph && node && references.data ? toolOffersOf(graph, node.id, references.data) : []), [graph, node, references.data]);
  const failed = [detail, revision, references].find(({ error }) => error !== null);
  if (node && detail.data) {
    const of = published === undefined ? "its draft: nothing is published yet" : `its published revision ${published}`;
    return <CapabilitiesDialog title={detail.data.name} about={of} graph={id} node={node} offers={offers} isLibrary onClose={onClose} />;
  }
  return (
    <Dialog open onClose={onClose} title="What it can do" wide>
      {failed ? (
        <LoadError title="The agent could not be loaded" text={errorText(failed.error)} onRetry={() => void failed.refetch()} />
      ) : graph && references.data ? (
        <p className="text-ink-muted text-sm">There is no agent in this document.</p>
      ) : (
        <SkeletonRows rows={4} label="Loading the agent" />
      )}
    </Dialog>
  );
}

function useReferencesOf(id: GraphId, graph: Graph | undefined) {
  const keys = useMemo(() => (graph ? referenceKeys(graph, catalog) : []), [graph]);
  return useQuery({
    queryKey: keyOf(readReferences, { id, keys }),
    queryFn: async ({ signal }) => (keys.length === 0 ? {} : (await call(readReferences, { params: { id }, body: { keys }, signal })).references),
    enabled: graph !== undefined,
  });
}
