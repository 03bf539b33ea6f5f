import { type NodeProps, useStore } from "@xyflow/react";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { memo, useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { Ports } from "#runtime/node/ports.ts";
import type { References } from "#runtime/node/references.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { useNodePorts, useNodeProblems, useReferences } from "../document/analysis.tsx";
import { usePeersOn } from "../presence/peers.ts";
import { useNodeRun } from "../runs/run-view.ts";
import { classes } from "../ui/classes.ts";
import { GroupTile } from "../ui/group-tile.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { type BoardNode, useBoard } from "./board-store.ts";
import { FAR_ZOOM } from "./far-zoom.ts";
import { NodeStatus } from "./node-status.tsx";
import { PortRow } from "./port-row.tsx";

/** A node on the board: what it is, what it is called, its ports, what is wrong with it, how it fares in the run. */
export const NodeCard = memo(function NodeCard({ data, selected }: NodeProps<BoardNode>) {
  const { node } = data;
  const definition = catalog.get(node.type);
  const ports = useNodePorts(node);
  const references = useReferences();
  const problems = useNodeProblems(node.id);
  const run = useNodeRun(node.id);
  const isFar = useStore(({ transform }) => transform[2] < FAR_ZOOM);
  const isBlocked = useBoard(({ connecting }) => connecting?.blocked.has(node.id) && connecting.from.node !== node.id);
  const peer = usePeersOn(node.id)[0];
  const summary = useMemo(() => summaryOf(node, references), [node, references]);
  const hasError = problems.some(({ severity }) => severity === "error");
  return (
    <article
      aria-label={`${node.label}, ${definition?.title ?? node.type}`}
      data-node-label={node.label}
      data-run-state={run?.state}
      data-problem={hasError || undefined}
      className={classes("node-card", selected && "is-selected", node.disabled && "is-disabled", isBlocked && "is-blocked")}
      style={peer && { outline: `2px solid ${peer.colour}`, outlineOffset: 2 }}
    >
      {peer && !isFar && (
        <span className="absolute -top-5 left-0 rounded-sm px-1 font-medium text-2xs text-black" style={{ background: peer.colour }}>
          {peer.name}
        </span>
      )}
      <header className="flex h-11 items-center gap-2.5 px-2.5">
        <GroupTile icon={definition?.icon ?? "box"} group={definition?.group ?? "unknown"} />
        <div className="min-w-0 flex-1">
          <h3 className={classes("truncate font-medium leading-4.5", isFar ? "text-xl" : "text-sm")}>{node.label}</h3>
          {!isFar && <p className="truncate text-2xs text-ink-faint leading-4">{summary}</p>}
        </div>
        {problems.length > 0 && !isFar && <ProblemMark problems={problems} />}
      </header>
      <PortColumns node={node.id} ports={ports} bare={isFar} />
      {!isFar && run && <NodeStatus run={run} />}
    </article>
  );
});

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

const PortColumns = memo(function PortColumns({ node, ports, bare }: { node: NodeId; ports: Ports; bare: boolean }) {
  const inputs = Object.entries(ports.inputs);
  const outputs = Object.entries(ports.outputs);
  if (inputs.length + outputs.length === 0) return null;
  return (
    <div className="grid grid-cols-2 border-line border-t py-1.5">
      <div className="min-w-0">
        {inputs.map(([name, port]) => (
          <PortRow key={name} node={node} name={name} port={port} side="target" bare={bare} />
        ))}
      </div>
      <div className="min-w-0">
        {outputs.map(([name, port]) => (
          <PortRow key={name} node={node} name={name} port={port} side="source" bare={bare} />
        ))}
      </div>
    </div>
  );
});

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
