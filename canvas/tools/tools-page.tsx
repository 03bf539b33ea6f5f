import { useSearchParams } from "react-router";
import { listConnections } from "#server/contract/connections.ts";
import { useApi } from "../api/queries.ts";
import { PageFrame } from "../pages/page-frame.tsx";
import { ViewSwitch } from "../ui/view-switch.tsx";
import { Permissions } from "./permissions.tsx";
import { ToolsExplorer } from "./tools-explorer.tsx";

const MOST = 200;
const VIEWS = [
  { id: "tools", title: "Tools" },
  { id: "rules", title: "Permissions" },
] as const;

/** The tools of all servers: finding and trying them, and who may call which. */
export function ToolsPage() {
  const [params, setParams] = useSearchParams();
  const view = params.get("view") === "rules" ? "rules" : "tools";
  const { data } = useApi(listConnections, { query: { limit: MOST, kind: "mcp" } });
  return (
    <PageFrame
      title="Tools"
      text="What the tools of your MCP servers do, who may call them, and how they are used."
      actions={<ViewSwitch views={VIEWS} value={view} onChange={(id) => setParams(id === "rules" ? { view: id } : {})} />}
    >
      {view === "rules" ? <Permissions connections={data?.items} /> : <ToolsExplorer connections={data?.items ?? []} />}
    </PageFrame>
  );
}
