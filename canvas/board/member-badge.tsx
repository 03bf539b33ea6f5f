import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import { useReferences } from "../document/analysis.tsx";
import { useGraphPart } from "../document/editor-context.ts";
import { Badge } from "../ui/badge.tsx";
import { callersOf } from "./call-rules.ts";

/** What a node is to whoever calls it: a tool, or a member in its role. Nothing for a node that is scheduled. */
export function MemberBadge({ node }: { node: GraphNode }) {
  const caller = useGraphPart((graph) => callersOf(graph).get(node.id));
  const references = useReferences();
  const role = useMemo(() => roleOf(node, references), [node, references]);
  if (!caller) return null;
  const isMember = caller.as === "member";
  return (
    <Badge tone={isMember ? "accent" : "neutral"} title={`A ${caller.as} of ${caller.node.label}`}>
      {isMember ? (role ?? "member") : "tool"}
    </Badge>
  );
}

/** As its definition describes it to crews. */
function roleOf({ type, config }: GraphNode, references: ReturnType<typeof useReferences>): string | undefined {
  const definition = catalog.get(type);
  if (!definition || typeof definition.tool !== "function") return undefined;
  try {
    const { about } = definition.tool(lenientConfig(definition, config), references);
    const role = typeof about === "object" && about !== null && !Array.isArray(about) ? about.role : undefined;
    return typeof role === "string" ? role : undefined;
  } catch {
    return undefined;
  }
}
