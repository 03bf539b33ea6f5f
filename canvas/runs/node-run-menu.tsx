import { EllipsisVertical, ListStart, Pin, PinOff, Play, StepForward } from "lucide-react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { useEditor } from "../document/editor-context.ts";
import { Menu, type MenuItem } from "../ui/menu.tsx";
import type { Extent } from "./run-part.ts";
import { usePartRuns } from "./use-part-runs.ts";
import { usePinning } from "./use-pinning.ts";

const WAYS = [
  { extent: "only", label: "Run only this node", icon: <Play size={14} />, keys: "R" },
  { extent: "to", label: "Run to here", icon: <ListStart size={14} />, keys: "Alt+Shift+R" },
  { extent: "from", label: "Run from here", icon: <StepForward size={14} />, keys: "Alt+R" },
] as const satisfies readonly { extent: Extent; label: string; icon: React.ReactNode; keys: string }[];

/** What can be done with a node and its runs: shown on the card that is selected. */
export function NodeRunMenu({ node }: { node: GraphNode }) {
  const { document } = useEditor();
  const role = catalog.get(node.type)?.role;
  return document && role !== undefined && role !== "annotation" ? <OpenableMenu node={node} /> : null;
}

function OpenableMenu({ node }: { node: GraphNode }) {
  const parts = usePartRuns();
  const pinning = usePinning();
  const items = (): MenuItem[] => {
    const ways = WAYS.map(({ extent, label, icon, keys }): MenuItem => {
      const reason = parts.blocked(node.id, extent);
      return {
        type: "action",
        label,
        icon,
        detail: reason ?? parts.preview(node.id, extent),
        disabled: reason !== undefined,
        onSelect: () => parts.begin(node.id, extent),
        keys,
      };
    });
    const isPinned = pinning.isPinned(node.id);
    const whyNoPin = pinning.blocked(node.id);
    return [
      ...ways,
      { type: "separator", id: "pin" },
      {
        type: "action",
        label: isPinned ? "Unpin its output" : "Pin its output",
        icon: isPinned ? <PinOff size={14} /> : <Pin size={14} />,
        keys: "P",
        detail: whyNoPin ?? (isPinned ? undefined : "Runs from the canvas use it instead of running the node."),
        disabled: whyNoPin !== undefined,
        onSelect: () => pinning.toggle(node.id),
      },
    ];
  };
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          aria-label={`Run or pin ${node.label}`}
          className="nodrag nopan flex size-6 shrink-0 items-center justify-center rounded-md text-ink-muted hover:bg-hover hover:text-ink"
        >
          <EllipsisVertical size={15} aria-hidden />
        </button>
      }
      items={items}
    />
  );
}
