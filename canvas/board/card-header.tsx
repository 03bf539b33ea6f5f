import { CircleAlert, Pin, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { References } from "#runtime/node/references.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { useReferences } from "../document/analysis.tsx";
import type { Identity } from "../presence/identity.ts";
import { PeerName } from "../presence/peer-name.tsx";
import { NodeRunMenu } from "../runs/node-run-menu.tsx";
import { usePin } from "../runs/use-pins.ts";
import { GroupTile } from "../ui/group-tile.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { MemberBadge } from "./member-badge.tsx";
import { NodeTitle } from "./node-title.tsx";

export interface CardHeaderProps {
  node: GraphNode;
  problems: readonly Problem[];
  /** Who else has it selected. */
  peer: Identity | undefined;
  /** Drawn with its name alone, far away. */
  bare: boolean;
  isSelected?: boolean;
}

/** What a node is, what it is called, what it is set to, what is wrong with it. */
export function CardHeader({ node, problems, peer, bare, isSelected = false }: CardHeaderProps) {
  const definition = catalog.get(node.type);
  const references = useReferences();
  const isPinned = usePin(node.id) !== undefined;
  const summary = useMemo(() => summaryOf(node, references), [node, references]);
  return (
    <>
      {!bare && <PeerName peer={peer} />}
      <header className="flex h-11 shrink-0 items-center gap-2.5 px-2.5">
        <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} />
        <div className="min-w-0 flex-1">
          <NodeTitle node={node} bare={bare} />
          {!bare && <p className="truncate text-2xs text-ink-faint leading-4">{summary}</p>}
        </div>
        {!bare && <MemberBadge node={node} />}
        {isPinned && <PinMark />}
        {problems.length > 0 && !bare && <ProblemMark problems={problems} />}
        {isSelected && !bare && <NodeRunMenu node={node} />}
      </header>
    </>
  );
}

function summaryOf(node: GraphNode, references: References): string {
  const definition = catalog.get(node.type);
  if (!definition) return `Unknown: ${node.type}`;
  if (node.disabled) return "Disabled: passes values through";
  try {
    return definition.summary?.(lenientConfig(definition, node.config), references) || definition.title;
  } catch {
    return definition.title;
  }
}

function PinMark() {
  return (
    <Tooltip text="Its output is pinned: runs from the canvas use it, and the node does not run." keys="P">
      <span role="img" aria-label="Pinned" className="text-accent">
        <Pin size={14} fill="currentColor" aria-hidden />
      </span>
    </Tooltip>
  );
}

function ProblemMark({ problems }: { problems: readonly Problem[] }) {
  const isError = problems.some(({ severity }) => severity === "error");
  const list = (
    <ul className="flex flex-col gap-1">
      {problems.slice(0, 5).map((problem) => (
        <li key={`${problem.code}${problem.path ?? ""}${problem.message}`}>{problem.message}</li>
      ))}
    </ul>
  );
  const Mark = isError ? CircleAlert : TriangleAlert;
  return (
    <Tooltip text={list}>
      <span role="img" aria-label={`${problems.length} ${problems.length === 1 ? "problem" : "problems"}`} className={isError ? "text-danger" : "text-warning"}>
        <Mark size={15} aria-hidden />
      </span>
    </Tooltip>
  );
}
