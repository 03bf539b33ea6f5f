import { Link } from "react-router";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { listToolUses } from "#server/contract/tools.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { Badge } from "../ui/badge.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";

/** Which graphs and agents call a tool. */
export function ToolUses({ connection, tool }: { connection: ConnectionId; tool: string }) {
  const { data, error, isFetching, refetch } = useApi(listToolUses, { params: { id: connection, name: tool } });
  if (error) return <LoadError title="It could not be found out" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={2} label="Loading where it is used" />;
  if (data.items.length === 0 && !data.more) return <p className="text-ink-muted text-sm">No graph and no agent calls it.</p>;
  return (
    <ul aria-label="Where it is used" className="divide-y divide-line rounded-md border border-line">
      {data.items.map(({ graph, graphName, nodes, published }) => (
        <li key={graph} className="px-3 py-1.5 text-sm">
          <p className="flex items-center gap-2">
            <Link to={`/graphs/${graph}${nodes[0] ? `?node=${nodes[0].node}` : ""}`} className="truncate font-medium hover:text-accent">
              {graphName}
            </Link>
            {published && <Badge tone="accent">published</Badge>}
          </p>
          <p className="truncate text-ink-faint text-xs">{nodes.map(({ label }) => label).join(", ")}</p>
        </li>
      ))}
      {data.more && <li className="px-3 py-1.5 text-ink-faint text-sm">Perhaps more: not all graphs were looked through.</li>}
    </ul>
  );
}
