import { type Edge, Handle, type Node, type NodeProps, Position, ReactFlow } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import type { WorkflowContent } from "#runtime/node/workflow.ts";
import { classes } from "../ui/classes.ts";
import { Spinner } from "../ui/spinner.tsx";
// where nodes and wires stand, and what they look like
import "../board/board.css";
import { type InnerCard, innerCards, innerWires, layOutInner, type Places } from "./inner-layout.ts";

const TYPES = { inner: InnerNode };
type InnerFlowNode = Node<InnerCard, "inner">;

/** The inside of a workflow, to be looked at: as it stands in ComfyUI where that is known, else laid out. */
export function InnerGraph({ content }: { content: WorkflowContent }) {
  const cards = useMemo(() => innerCards(content), [content]);
  const wires = useMemo(() => innerWires(content), [content]);
  const places = usePlaces(content, cards);
  const nodes = useMemo(
    () =>
      cards.map(
        (card): InnerFlowNode => ({
          id: card.id,
          type: "inner",
          position: places?.[card.id] ?? { x: 0, y: 0 },
          data: card,
          width: card.width,
          height: card.height,
        }),
      ),
    [cards, places],
  );
  const edges = useMemo(() => wires.map(({ id, from, to }): Edge => ({ id, source: from, target: to, focusable: false })), [wires]);
  if (!places) return <Spinner className="m-auto" size={18} label="Laying it out" />;
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={TYPES}
      fitView
      minZoom={0.05}
      maxZoom={1.5}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable
      edgesFocusable={false}
      elementsSelectable={false}
      deleteKeyCode={null}
      aria-label="The nodes inside"
      proOptions={{ hideAttribution: true }}
    />
  );
}

function usePlaces(content: WorkflowContent, cards: readonly InnerCard[]): Places | undefined {
  const isPlaced = cards.every(({ id }) => content.positions[id] !== undefined);
  const [laidOut, setLaidOut] = useState<{ of: WorkflowContent; places: Places } | undefined>(undefined);
  useEffect(() => {
    if (isPlaced) return undefined;
    let isGone = false;
    void layOutInner(cards, innerWires(content)).then((places) => isGone || setLaidOut({ of: content, places }));
    return () => {
      isGone = true;
    };
  }, [content, cards, isPlaced]);
  if (isPlaced) return content.positions;
  return laidOut?.of === content ? laidOut.places : undefined;
}

function InnerNode({ data: { title, type, values, isMarked } }: NodeProps<InnerFlowNode>) {
  return (
    <article
      aria-label={`${title}, ${type}`}
      // the pointer would pass through what can be neither moved nor selected, and cut values would show no tooltip
      className={classes(
        "pointer-events-auto size-full overflow-hidden rounded-md border bg-raised text-xs shadow-sm",
        isMarked ? "border-accent" : "border-line-strong",
      )}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} className="opacity-0" />
      <header className="border-line border-b px-2 py-1">
        <p className="truncate font-medium">{title}</p>
        {title !== type && <p className="truncate text-2xs text-ink-muted">{type}</p>}
      </header>
      <dl className="px-2 py-1 text-2xs">
        {values.map(({ name, text }) => (
          <div key={name} className="flex gap-2">
            <dt className="shrink-0 text-ink-muted">{name}</dt>
            <dd className="min-w-0 flex-1 truncate text-right" title={text}>
              {text}
            </dd>
          </div>
        ))}
      </dl>
      <Handle type="source" position={Position.Right} isConnectable={false} className="opacity-0" />
    </article>
  );
}
