import { Bot } from "lucide-react";
import { Link } from "react-router";
import { readGraph } from "#server/contract/graphs.ts";
import { useApi } from "../api/queries.ts";
import { useEditor } from "../document/editor-context.ts";

/** From the board of an agent of the library back to its page; nothing on the board of a graph. */
export function AgentLink() {
  const { graphId } = useEditor();
  const { data } = useApi(readGraph, { params: { id: graphId } });
  if (data?.kind !== "agent") return null;
  return (
    <Link to={`/agents/${graphId}`} className="flex items-center gap-1.5 whitespace-nowrap font-medium text-accent text-xs hover:underline">
      <Bot size={13} aria-hidden /> Open as agent
    </Link>
  );
}
