import { CircleAlert, TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { References } from "#runtime/node/references.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { useReferences } from "../document/analysis.tsx";
import type { Identity } from "../presence/identity.ts";
import { classes } from "../ui/classes.ts";
import { GroupTile } from "../ui/group-tile.tsx";
import { Tooltip } from "../ui/tooltip.tsx";

export interface CardHeaderProps {
  node: GraphNode;
  problems: readonly Problem[];
  /** Who else has it selected. */
  peer: Identity | undefined;
  /** Drawn with its name alone, far away. */
  bare: boolean;
}

/** What a node is, what it is called, what it is set to, what is wrong with it. */
export function CardHeader({ node, problems, peer, bare }: CardHeaderProps) {
  const definition = catalog.get(node.type);
  const references = useReferences();
  const summary = useMemo(() => summaryOf(node, references), [node, references]);
  return (
    <>
      {peer && !bare && (
        <span className="absolute -top-5 left-0 rounded-sm px-1 font-medium text-2xs text-black" style={{ background: peer.colour }}>
          {peer.name}
        </span>
      )}
      <header className="flex h-11 shrink-0 items-center gap-2.5 px-2.5">
        <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} />
        <div className="min-w-0 flex-1">
          <h3 className={classes("truncate font-medium leading-4.5", bare ? "text-xl" : "text-sm")}>{node.label}</h3>
          {!bare && <p className="truncate text-2xs text-ink-faint leading-4">{summary}</p>}
        </div>
        {problems.length > 0 && !bare && <ProblemMark problems={problems} />}
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
