import { memo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import type { Ports } from "#runtime/node/ports.ts";
import { useDistance } from "./far-zoom.ts";

/** A row of ports, and what is above and below them on a card. */
const ROW = 22;
const HEADER = 44;
const AROUND_ROWS = 13;

/**
 * A card from far away: a box in the colour of its group, of the size of the whole card. In place of its ports there are only the marks by which
 * the board's library knows where wires end.
 */
export const FarCard = memo(function FarCard({ node, ports }: { node: GraphNode; ports: Ports }) {
  const distance = useDistance();
  const group = catalog.get(node.type)?.group;
  const [inputs, outputs] = [Object.keys(ports.inputs), Object.keys(ports.outputs)];
  const rows = node.collapsed ? 0 : Math.max(inputs.length, outputs.length);
  const topOf = (index: number, count: number) => (node.collapsed ? (HEADER * (index + 1)) / (count + 1) : HEADER + 7 + ROW * (index + 0.5));
  return (
    <div
      className="far-card"
      style={
        {
          height: HEADER + (rows > 0 ? AROUND_ROWS + ROW * rows : 0),
          "--group": group ? `var(--group-${group})` : "var(--line-strong)",
        } as React.CSSProperties
      }
    >
      {distance === "far" && <span>{node.label}</span>}
      {inputs.map((name, index) => (
        <FarPort key={name} node={node} name={name} side="target" top={topOf(index, inputs.length)} />
      ))}
      {outputs.map((name, index) => (
        <FarPort key={name} node={node} name={name} side="source" top={topOf(index, outputs.length)} />
      ))}
    </div>
  );
});

/** Not a handle of the library, which would listen to all that changes on the board; measured like one. */
function FarPort({ node, name, side, top }: { node: GraphNode; name: string; side: "source" | "target"; top: number }) {
  const position = side === "target" ? "left" : "right";
  return <i className={`far-port ${side}`} data-handleid={name} data-nodeid={node.id} data-handlepos={position} style={{ top: top - 5, [position]: -5 }} />;
}
