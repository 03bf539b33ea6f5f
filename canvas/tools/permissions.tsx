import { Plug, Wrench } from "lucide-react";
import { useNavigate, useSearchParams } from "react-router";
import type { Connection } from "#server/contract/connections.ts";
import { searchTools } from "#server/contract/tools.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { useApiPages } from "../api/queries.ts";
import { ListBox } from "../pages/page-frame.tsx";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { Select } from "../ui/select.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { RuleMatrix } from "./rule-matrix.tsx";

const PAGE = 100;

/** Who may call which tool of a server. */
export function Permissions({ connections }: { connections: readonly Connection[] | undefined }) {
  const [params, setParams] = useSearchParams();
  const chosen = connections?.find(({ id }) => id === params.get("connection")) ?? connections?.[0];
  if (!connections) return <SkeletonRows label="Loading servers" />;
  if (!chosen) return <NoServers />;
  return (
    <>
      <div className="w-72">
        <Select
          label="Server"
          value={chosen.id}
          options={connections.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(connection) => setParams({ view: "rules", connection }, { replace: true })}
        />
      </div>
      <Rules key={chosen.id} connection={chosen} />
    </>
  );
}

function Rules({ connection: { id: connection } }: { connection: Connection }) {
  const filter = { connection };
  const page = (cursor: string | undefined, signal: AbortSignal) => call(searchTools, { query: { ...filter, limit: PAGE, ...(cursor && { cursor }) }, signal });
  const tools = useApiPages({ id: searchTools.id, page }, filter);
  if (!tools.items && tools.error) {
    return <LoadError title="The tools could not be loaded" text={errorText(tools.error)} busy={tools.isFetching} onRetry={() => void tools.refetch()} />;
  }
  if (!tools.items) return <SkeletonRows label="Loading tools" />;
  if (tools.items.length === 0)
    return (
      <ListBox>
        <EmptyState icon={<Wrench size={18} aria-hidden />} title="No tools" text="This server has listed none so far. Test its connection to ask it." />
      </ListBox>
    );
  return (
    <>
      <RuleMatrix connection={connection} tools={tools.items.map(({ tool }) => tool)} />
      {tools.hasNextPage && (
        <div className="flex justify-center">
          <Button busy={tools.isFetchingNextPage} onClick={() => void tools.fetchNextPage()}>
            More tools
          </Button>
        </div>
      )}
    </>
  );
}

/** Where tools come from, for those who have none. */
export function NoServers() {
  const navigate = useNavigate();
  return (
    <ListBox>
      <EmptyState
        icon={<Plug size={18} aria-hidden />}
        title="No tools yet"
        text="Tools come from MCP servers: connect one, and what it offers is listed here."
        actions={
          <Button look="primary" onClick={() => void navigate("/connections")}>
            Go to Connections
          </Button>
        }
      />
    </ListBox>
  );
}
