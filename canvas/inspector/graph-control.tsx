import { CornerRightDown, Workflow } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import { catalog } from "#nodes/catalog.data.ts";
import { type GraphId, graphIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { GraphReference } from "#runtime/node/references.ts";
import { type GraphSummary, listGraphs, listGraphUses, readGraph } from "#server/contract/graphs.ts";
import { useApi } from "../api/queries.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor, useGraphNode } from "../document/editor-context.ts";
import { countedUses } from "../revisions/change-words.ts";
import { useMay } from "../session/use-may.ts";
import { addressOf, readTrail } from "../subgraphs/trail.ts";
import { Kbd } from "../ui/kbd.tsx";
import { useSearch } from "../ui/use-search.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { LibrarySelect, listedBy } from "./library-select.tsx";

const NONE = graphIdSchema.parse("graph_none");

/** One of the graphs; those that are not published say so, for they cannot be called. */
export function GraphControl(control: ControlProps) {
  const search = useSearch();
  const chosen = graphIdSchema.safeParse(control.value);
  const mayList = useMay("graph.list");
  const found = useApi(listGraphs, { query: listedBy(search.settled) }, { enabled: mayList });
  const listed = found.data?.items.find((graph) => graph.id === chosen.data);
  const isUnlisted = chosen.success && !listed;
  const own = useApi(readGraph, { params: { id: chosen.data ?? NONE } }, { enabled: isUnlisted && found.data !== undefined });
  return (
    <LibrarySelect
      control={control}
      nouns={{ one: "graph", all: "graphs" }}
      action="graph.list"
      search={search}
      found={found}
      detailOf={({ publishedRevision }) => (publishedRevision === null ? "Not published" : `Published: revision ${publishedRevision}`)}
      unlisted={isUnlisted ? { id: chosen.data, name: own.data?.name } : undefined}
    >
      {chosen.success && mayList && <ChosenGraph graph={chosen.data} summary={listed ?? own.data} />}
    </LibrarySelect>
  );
}

/** Which revision runs, the way into the graph, and who else uses it. */
function ChosenGraph({ graph, summary }: { graph: GraphId; summary: Pick<GraphSummary, "publishedRevision"> | undefined }) {
  const { graphId } = useEditor();
  const { run } = useParams();
  const [params] = useSearchParams();
  const used = useUsedRevision(graph);
  const uses = useApi(listGraphUses, { params: { id: graph } });
  const published = summary?.publishedRevision ?? null;
  const shown = runIdSchema.safeParse(run);
  const here = { graph: graphId, ...(shown.success && { run: shown.data }) };
  const isBehind = used !== undefined && published !== null && used.revision < published;
  return (
    <div className="flex flex-col gap-1 text-xs">
      <Link to={addressOf({ graph }, [...readTrail(params), here])} className="flex items-center gap-1.5 self-start text-accent hover:underline">
        <CornerRightDown size={13} aria-hidden /> Enter this graph <Kbd keys="Enter" />
      </Link>
      {used && (
        <p className="text-ink-muted">
          {used.revision === published ? `Runs revision ${used.revision}, the published one.` : `Runs revision ${used.revision}.`}
        </p>
      )}
      {isBehind && <p className="text-warning">Revision {published} is published by now. Empty the field “Revision” to follow it.</p>}
      {uses.data && uses.data.items.length > 0 && (
        <details>
          <summary className="cursor-pointer text-ink-faint hover:text-ink">Used in {countedUses(uses.data, "graph")}</summary>
          <ul className="flex flex-col gap-1 pt-1 pl-4">
            {uses.data.items.map((use) => (
              <li key={use.graph} className="flex items-center gap-1.5">
                <Workflow size={12} aria-hidden className="shrink-0 text-ink-faint" />
                <Link to={`/graphs/${use.graph}`} className="truncate text-accent hover:underline">
                  {use.graphName}
                </Link>
                {!use.published && <span className="shrink-0 text-ink-faint">draft only</span>}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

/** What was looked up for the node whose form it is: the revision that would run now. */
function useUsedRevision(graph: GraphId): GraphReference | undefined {
  const { node: id } = useForm();
  const node = useGraphNode(id);
  const references = useReferences();
  const definition = node && catalog.get(node.type);
  const keys = definition?.references?.(lenientConfig(definition, node?.config ?? {})) ?? [];
  const found = keys.map((key) => references[key]).find((reference) => reference?.kind === "graph" && reference.graph === graph);
  return found?.kind === "graph" ? found : undefined;
}
