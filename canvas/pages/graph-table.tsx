import { Archive, Ellipsis, FolderOpen, Pencil } from "lucide-react";
import { useMemo } from "react";
import { Link, useNavigate } from "react-router";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { GraphSummary } from "#server/contract/graphs.ts";
import { listRuns, type RunSummary } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Badge } from "../ui/badge.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import { StatusText } from "../ui/status.tsx";
import { ActionsHeadCell, Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";

/** Runs looked through for the last one of each graph. */
const RECENT = 200;
const REFRESH_MS = 10_000;

export interface GraphTableProps {
  label: string;
  graphs: readonly GraphSummary[];
  /** Where one is opened. */
  addressOf(graph: GraphSummary): string;
  onRename(graph: GraphSummary): void;
  onArchive(graph: GraphSummary): void;
  /** What else can be done with one. */
  more?: ((graph: GraphSummary) => MenuItem[]) | undefined;
}

/** Graphs, or agents of the library, with their last runs. */
export function GraphTable({ label, graphs, ...rest }: GraphTableProps) {
  const lastRuns = useLastRuns();
  return (
    <Table label={label}>
      <thead>
        <tr>
          <HeadCell>Name</HeadCell>
          <HeadCell className="w-56 max-md:hidden">Last run</HeadCell>
          <HeadCell className="w-36">Changed</HeadCell>
          <ActionsHeadCell className="w-12" />
        </tr>
      </thead>
      <tbody>
        {graphs.map((graph) => (
          <GraphRow key={graph.id} graph={graph} lastRun={lastRuns.get(graph.id)} {...rest} />
        ))}
      </tbody>
    </Table>
  );
}

interface GraphRowProps extends Omit<GraphTableProps, "label" | "graphs"> {
  graph: GraphSummary;
  lastRun: RunSummary | undefined;
}

function GraphRow({ graph, lastRun, addressOf, onRename, onArchive, more }: GraphRowProps) {
  const navigate = useNavigate();
  const address = addressOf(graph);
  const noEdit = useWhyNotByRole("graph.edit");
  const noArchive = useWhyNotByRole("graph.archive");
  return (
    <Row
      className="cursor-pointer"
      onClick={(event) => event.target instanceof Element && !event.target.closest("a, button, [role=menu]") && void navigate(address)}
    >
      <Cell className="max-w-0 py-2.5">
        <div className="flex items-center gap-2">
          <Link to={address} className="truncate font-medium hover:text-accent">
            {graph.name}
          </Link>
          {graph.publishedRevision !== null && <Badge tone="accent">published · revision {graph.publishedRevision}</Badge>}
          {graph.publishedRevision === null && graph.kind === "agent" && <Badge>draft</Badge>}
        </div>
        {graph.description !== "" && <p className="truncate text-ink-faint text-xs">{graph.description}</p>}
      </Cell>
      <Cell className="max-md:hidden">
        {lastRun ? (
          <Link to={`/graphs/${graph.id}/runs/${lastRun.id}`} className="flex items-center gap-2 text-ink-faint text-xs hover:text-ink">
            <StatusText state={lastRun.state} />
            <TimeAgo time={lastRun.createdAt} />
          </Link>
        ) : (
          <span className="text-ink-faint text-xs">Not run yet</span>
        )}
      </Cell>
      <Cell className="text-ink-muted text-xs">
        <TimeAgo time={graph.updatedAt} />
      </Cell>
      <Cell className="pr-2 text-right">
        <Menu
          trigger={<IconButton label={`Actions for ${graph.name}`} icon={<Ellipsis size={16} />} />}
          items={[
            { type: "action", label: "Open", icon: <FolderOpen size={14} />, onSelect: () => void navigate(address) },
            { type: "action", label: "Rename…", icon: <Pencil size={14} />, disabled: noEdit !== undefined, detail: noEdit, onSelect: () => onRename(graph) },
            ...(more?.(graph) ?? []),
            { type: "separator", id: "archive" },
            {
              type: "action",
              label: "Archive…",
              icon: <Archive size={14} />,
              danger: true,
              disabled: noArchive !== undefined,
              detail: noArchive,
              onSelect: () => onArchive(graph),
            },
          ]}
        />
      </Cell>
    </Row>
  );
}

/** The last run of each graph that ran lately. */
function useLastRuns(): ReadonlyMap<GraphId, RunSummary> {
  const { data } = useApi(listRuns, { query: { limit: RECENT } }, { every: REFRESH_MS });
  return useMemo(() => new Map([...(data?.items ?? [])].reverse().map((run) => [run.graph, run])), [data]);
}
