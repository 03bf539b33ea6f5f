import type { Tool } from "#server/contract/connections.ts";
import type { ToolRule } from "#server/contract/tools.ts";
import { Badge } from "../ui/badge.tsx";

/** What is to be known of a tool at a glance. */
export function ToolMarks({ tool, rule = "allow" }: { tool: Tool; rule?: ToolRule }) {
  return (
    <>
      {tool.title && tool.title !== tool.name && <span className="text-ink-faint text-xs">{tool.title}</span>}
      {tool.quarantined && <Badge tone="danger">changed, needs approval</Badge>}
      {rule === "deny" && <Badge tone="danger">denied</Badge>}
      {rule === "ask" && <Badge tone="warning">asks</Badge>}
      {tool.readOnly && <Badge tone="accent">read-only, confirmed</Badge>}
      {!tool.readOnly && tool.hints.readOnly && (
        <Badge title="The server says so. Nodes still treat it as a write until somebody confirms it.">says it only reads</Badge>
      )}
      {tool.hints.destructive && !tool.hints.readOnly && <Badge tone="warning">may destroy</Badge>}
    </>
  );
}
