import { Link } from "react-router";
import { listSharedGraphs } from "#server/contract/sharing.ts";
import { useApi } from "../api/queries.ts";
import { useSession } from "../session/use-session.ts";
import { Badge } from "../ui/badge.tsx";
import { Cell, HeadCell, Row, Table } from "../ui/table.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";

/** Graphs of other workspaces that somebody shares with the caller; nothing where there are none. */
export function SharedGraphs({ search }: { search: string }) {
  const isUser = useSession()?.caller.kind === "user";
  const { data } = useApi(listSharedGraphs, {}, { enabled: isUser });
  const graphs = data?.items.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())) ?? [];
  if (graphs.length === 0) return null;
  return (
    <section aria-labelledby="shared-graphs" className="flex flex-col gap-2">
      <h2 id="shared-graphs" className="font-semibold text-base">
        Shared with you
      </h2>
      <Table label="Graphs shared with you">
        <thead>
          <tr>
            <HeadCell>Name</HeadCell>
            <HeadCell className="w-56">Workspace</HeadCell>
            <HeadCell className="w-36">Changed</HeadCell>
          </tr>
        </thead>
        <tbody>
          {graphs.map(({ id, name, level, workspace, updatedAt }) => (
            <Row key={id}>
              <Cell className="max-w-0">
                <div className="flex items-center gap-2">
                  <Link to={`/graphs/${id}`} className="truncate font-medium hover:text-accent">
                    {name}
                  </Link>
                  <Badge>{level === "edit" ? "may edit" : "may view"}</Badge>
                </div>
              </Cell>
              <Cell className="truncate text-ink-muted text-xs">{workspace}</Cell>
              <Cell className="text-ink-muted text-xs">
                <TimeAgo time={updatedAt} />
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
