import type { NodeGroup } from "#runtime/node/define.ts";
import { Icon } from "./icon.tsx";

/** The icon of a node type on a tile in the colour of its group. */
export function GroupTile({ icon, group, size = 28 }: { icon: string; group: NodeGroup | "unknown"; size?: number }) {
  const colour = group === "unknown" ? "var(--danger)" : `var(--group-${group})`;
  return (
    <span
      className="flex shrink-0 items-center justify-center rounded-md"
      style={{ width: size, height: size, color: colour, background: `color-mix(in srgb, ${colour} 15%, transparent)` }}
    >
      <Icon name={icon} size={Math.round(size * 0.56)} />
    </span>
  );
}
