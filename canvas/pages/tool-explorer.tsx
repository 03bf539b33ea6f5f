import { RotateCw, Wrench } from "lucide-react";
import { useState } from "react";
import type { ConnectionId } from "#runtime/graph/ids.ts";
import { listTools, type Tool } from "#server/contract/connections.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { NothingFits } from "../ui/nothing-fits.tsx";
import { SearchInput } from "../ui/search-input.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { ToolRow } from "./tool-row.tsx";

/** The tools a connection offers: what they take and yield, whether they may be used, and a place to try them. */
export function ToolExplorer({ connection, isBare = false }: { connection: ConnectionId /** Inside of a box already. */; isBare?: boolean }) {
  const [search, setSearch] = useState("");
  const tools = useApi(listTools, { params: { id: connection } });
  const fitting = (tools.data?.items ?? []).filter((tool) => fits(tool, search.trim().toLowerCase()));
  return (
    <section aria-label="Tools" className={isBare ? undefined : "rounded-lg border border-line bg-surface"}>
      <header className="flex items-center gap-3 border-line border-b px-4 py-2.5">
        <h3 className="font-medium text-sm">
          Tools {tools.data && <span className="font-normal text-ink-faint tabular-nums">{tools.data.items.length}</span>}
        </h3>
        <SearchInput label="Search tools" placeholder="Search tools" value={search} onChange={setSearch} className="ml-auto w-56" />
        <IconButton label="Ask the server again" icon={<RotateCw size={14} />} disabled={tools.isFetching} onClick={() => void tools.refetch()} />
      </header>
      {tools.data ? (
        <Rows connection={connection} tools={fitting} hasAny={tools.data.items.length > 0} />
      ) : tools.error ? (
        <LoadError title="The server did not list its tools" text={errorText(tools.error)} busy={tools.isFetching} onRetry={() => void tools.refetch()} />
      ) : (
        <SkeletonRows label="Loading tools" />
      )}
    </section>
  );
}

function Rows({ connection, tools, hasAny }: { connection: ConnectionId; tools: readonly Tool[]; hasAny: boolean }) {
  if (!hasAny) return <EmptyState icon={<Wrench size={17} aria-hidden />} title="No tools" text="The server answers, and offers none." />;
  if (tools.length === 0) return <NothingFits title="No tool fits" text="Nothing in its name or description." />;
  return (
    <ul>
      {tools.map((tool) => (
        <li key={tool.name} className="border-line border-b last:border-b-0">
          <ToolRow connection={connection} tool={tool} />
        </li>
      ))}
    </ul>
  );
}

function fits({ name, title = "", description = "" }: Tool, search: string): boolean {
  return [name, title, description].some((text) => text.toLowerCase().includes(search));
}
