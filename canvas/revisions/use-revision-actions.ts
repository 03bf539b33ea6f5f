import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import type { NodeId } from "#runtime/graph/ids.ts";
import { createGraph, listGraphs, listRevisions, publishGraph, readGraph, readRevision, restoreRevision } from "#server/contract/graphs.ts";
import { listHooks } from "#server/contract/hooks.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { saved } from "../app/saved.ts";
import { useEditor } from "../document/editor-context.ts";
import { downloadGraph } from "../transfer/export-graph.ts";
import { announce } from "../ui/announce.ts";

/** What can be done with a revision. Each says itself how it went. */
export interface RevisionActions {
  /** The draft becomes the revision; with `nodes`, only these. */
  restore(number: number, what?: { nodes: readonly NodeId[]; label: string }): Promise<void>;
  publish(number: number): Promise<void>;
  copyAsGraph(number: number): Promise<void>;
  download(number: number): Promise<void>;
}

export function useRevisionActions(): RevisionActions {
  const { graphId: id, document } = useEditor();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMemo(() => {
    const stale = (routes: readonly { id: string }[]) => Promise.all(routes.map((route) => cache.invalidateQueries({ queryKey: keyOf(route) })));
    const attempt = async (failed: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        toast.error(failed, { description: errorText(error) });
      }
    };
    const revisionOf = (number: number) =>
      cache.fetchQuery({
        queryKey: keyOf(readRevision, { params: { id, number } }),
        queryFn: () => call(readRevision, { params: { id, number } }),
        staleTime: Number.POSITIVE_INFINITY,
      });
    const takeBack = (kept: number) =>
      attempt("It was not taken back", async () => {
        await call(restoreRevision, { params: { id, number: kept } });
        await stale([listRevisions, listGraphs]);
        announce("Taken back.");
      });
    return {
      restore: (number, what) =>
        attempt("Nothing was restored", async () => {
          if (document) await saved(document);
          await call(restoreRevision, { params: { id, number }, ...(what && { body: { nodes: [...what.nodes] } }) });
          const kept = (await call(listRevisions, { params: { id }, query: { limit: 1 } })).items[0]?.number;
          await stale([listRevisions, listGraphs]);
          const title = what ? `${what.label} is as in revision ${number}` : `The draft is revision ${number} again`;
          announce(title);
          toast.success(title, {
            description: "What the draft was before is kept as a revision.",
            ...(kept !== undefined && { action: { label: "Take back", onClick: () => void takeBack(kept) } }),
          });
        }),
      publish: (number) =>
        attempt("The revision was not published", async () => {
          await call(publishGraph, { params: { id }, body: { revision: number } });
          await stale([readGraph, listGraphs, listHooks, listRevisions]);
          toast.success(`Revision ${number} is published`, { description: "Webhooks, schedules, sub-graphs and MCP run it from now on." });
        }),
      copyAsGraph: (number) =>
        attempt("No copy was made", async () => {
          const { graph } = await revisionOf(number);
          const made = await call(createGraph, { body: { graph, name: `${graph.name.slice(0, 160)} (revision ${number})` } });
          await stale([listGraphs]);
          toast.success(`Copied as “${made.name}”`);
          void navigate(`/graphs/${made.id}`);
        }),
      download: (number) =>
        attempt("The revision could not be downloaded", async () => {
          const { graph } = await revisionOf(number);
          downloadGraph(graph, `r${number}`);
        }),
    };
  }, [id, document, cache, navigate]);
}
