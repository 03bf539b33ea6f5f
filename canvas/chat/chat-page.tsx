import { Bot, Workflow } from "lucide-react";
import { useEffect, useMemo } from "react";
import { Link, useParams } from "react-router";
import { type GraphId, graphIdSchema } from "#runtime/graph/ids.ts";
import { readGraph } from "#server/contract/graphs.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { NotFoundPage } from "../app/not-found-page.tsx";
import { GraphAccess } from "../session/graph-access.tsx";
import { useMay } from "../session/use-may.ts";
import { LoadError } from "../ui/load-error.tsx";
import { Waiting } from "../ui/waiting.tsx";
import { ChatHistory } from "./chat-history.tsx";
import { ChatPanel } from "./chat-panel.tsx";
import { suggestionsOf } from "./suggestions.ts";
import { useChatAddress } from "./use-chat.ts";

/** A published graph or agent to talk to, with the conversations one had. */
export function ChatPage() {
  const { id } = useParams();
  const graph = graphIdSchema.safeParse(id);
  if (!graph.success) return <NotFoundPage what="graph" />;
  return (
    <GraphAccess key={graph.data} graph={graph.data}>
      <Talk graph={graph.data} />
    </GraphAccess>
  );
}

function Talk({ graph }: { graph: GraphId }) {
  const [chat, open] = useChatAddress();
  const { data, error, refetch } = useApi(readGraph, { params: { id: graph } });
  const mayEdit = useMay("graph.edit");
  const name = data?.name ?? "";
  useEffect(() => {
    if (name !== "") document.title = `Chat with ${name} · Heddle`;
  }, [name]);
  const suggestions = useMemo(() => suggestionsOf(data?.graph), [data]);
  if (error && !data) {
    return hasCode(error, "not-found") ? (
      <NotFoundPage what="graph" />
    ) : (
      <LoadError title="It could not be loaded" text={errorText(error)} onRetry={() => void refetch()} />
    );
  }
  if (!data) return <Waiting />;
  const isAgent = data.kind === "agent";
  const Icon = isAgent ? Bot : Workflow;
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-12 shrink-0 items-center gap-3 border-line border-b bg-surface px-4">
        <Icon size={16} className="shrink-0 text-ink-faint" aria-hidden />
        <h1 className="min-w-0 truncate font-medium text-sm">{data.name}</h1>
        {data.description !== "" && <p className="min-w-0 flex-1 truncate text-ink-faint text-xs max-md:hidden">{data.description}</p>}
        {mayEdit && (
          <Link to={isAgent ? `/agents/${graph}` : `/graphs/${graph}`} className="ml-auto shrink-0 font-medium text-accent text-xs hover:underline">
            {isAgent ? "Open the agent" : "Open the graph"}
          </Link>
        )}
      </header>
      <div className="flex min-h-0 flex-1">
        <aside aria-label="Conversations" className="flex w-72 shrink-0 flex-col border-line border-r bg-surface max-xl:w-60 max-md:hidden">
          <ChatHistory graph={graph} shown={chat} onOpen={open} />
        </aside>
        <ChatPanel graph={graph} chat={chat} onOpen={open} suggestions={suggestions} isBesideHistory />
      </div>
    </div>
  );
}
