import { useSearchParams } from "react-router";
import { listConnections } from "#server/contract/connections.ts";
import { useApi } from "../api/queries.ts";
import { PageFrame } from "../pages/page-frame.tsx";
import { classes } from "../ui/classes.ts";
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
      actions={
        <nav aria-label="Views" className="flex gap-0.5 rounded-md border border-line p-0.5">
          {VIEWS.map(({ id, title }) => (
            <button
              key={id}
              type="button"
              aria-current={view === id ? "page" : undefined}
              onClick={() => setParams(id === "rules" ? { view: "rules" } : {})}
              className={classes(
                "h-6 rounded-sm px-2.5 font-medium text-xs",
                view === id ? "bg-accent-soft text-accent" : "text-ink-muted hover:bg-hover hover:text-ink",
              )}
            >
              {title}
            </button>
          ))}
        </nav>
      }
    >
      {view === "rules" ? <Permissions connections={data?.items} /> : <ToolsExplorer connections={data?.items ?? []} />}
    </PageFrame>
  );
}
