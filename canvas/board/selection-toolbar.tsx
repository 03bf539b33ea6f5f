import { NodeToolbar, Position } from "@xyflow/react";
import {
  AlignCenterHorizontal,
  AlignCenterVertical,
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalSpaceAround,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalSpaceAround,
  Frame,
  Network,
} from "lucide-react";
import type { ReactNode } from "react";
import { useEdits } from "../document/editor-context.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ALIGNMENTS, type AlignSide } from "./arrange.ts";
import { ALIGN_KEYS, DISTRIBUTE_KEYS } from "./arrange-commands.ts";
import type { BoardActions } from "./board-actions.ts";
import { useBoard } from "./board-store.ts";

const ICONS: Readonly<Record<AlignSide, ReactNode>> = {
  left: <AlignStartVertical size={15} />,
  centre: <AlignCenterVertical size={15} />,
  right: <AlignEndVertical size={15} />,
  top: <AlignStartHorizontal size={15} />,
  middle: <AlignCenterHorizontal size={15} />,
  bottom: <AlignEndHorizontal size={15} />,
};

/** Above more nodes than this the toolbar would be far from what it is about. */
const MOST = 200;

/** Above several selected nodes: puts them in line. */
export function SelectionToolbar({ actions, layOut }: { actions: BoardActions; layOut(): void }) {
  const edits = useEdits();
  const selected = useBoard((state) => state.selectedNodes);
  const isBusy = useBoard(({ connecting, isDragging }) => connecting !== undefined || isDragging);
  if (!edits || selected.length < 2 || selected.length > MOST || isBusy) return null;
  return (
    <NodeToolbar nodeId={[...selected]} isVisible position={Position.Top} offset={14}>
      <div
        role="toolbar"
        aria-label="Arrange what is selected"
        className="nodrag nopan flex items-center gap-px rounded-lg border border-line-strong bg-overlay p-0.5 shadow-card"
      >
        {ALIGNMENTS.map((side) => (
          <IconButton
            key={side}
            label={ALIGN_KEYS[side].title}
            keys={ALIGN_KEYS[side].keys}
            side="top"
            icon={ICONS[side]}
            onClick={() => actions.align(side)}
          />
        ))}
        <Divider />
        <IconButton
          label={DISTRIBUTE_KEYS.horizontal.title}
          keys={DISTRIBUTE_KEYS.horizontal.keys}
          side="top"
          icon={<AlignHorizontalSpaceAround size={15} />}
          disabled={selected.length < 3}
          onClick={() => actions.distribute("horizontal")}
        />
        <IconButton
          label={DISTRIBUTE_KEYS.vertical.title}
          keys={DISTRIBUTE_KEYS.vertical.keys}
          side="top"
          icon={<AlignVerticalSpaceAround size={15} />}
          disabled={selected.length < 3}
          onClick={() => actions.distribute("vertical")}
        />
        <Divider />
        <IconButton label="Lay out" keys="Shift+L" side="top" icon={<Network size={15} />} onClick={layOut} />
        <IconButton label="Put a frame around it" keys="Ctrl+G" side="top" icon={<Frame size={15} />} onClick={actions.frameSelection} />
      </div>
    </NodeToolbar>
  );
}

function Divider() {
  return <span aria-hidden className="mx-0.5 h-4 w-px bg-line-strong" />;
}
