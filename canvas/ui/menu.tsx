import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { Kbd } from "./kbd.tsx";

export type MenuItem =
  | { type: "action"; label: string; onSelect(): void; icon?: ReactNode; keys?: string; danger?: boolean; disabled?: boolean }
  | { type: "separator"; id: string };

export interface MenuProps {
  /** The button that opens it: one element that takes a ref. */
  trigger: ReactNode;
  items: readonly MenuItem[];
  align?: "start" | "end";
}

export function Menu({ trigger, items, align = "end" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 animate-rise rounded-lg bg-overlay p-1 shadow-overlay focus:outline-none"
        >
          {items.map((item) =>
            item.type === "separator" ? <Radix.Separator key={item.id} className="mx-1 my-1 h-px bg-line" /> : <Action key={item.label} item={item} />,
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Action({ item }: { item: Extract<MenuItem, { type: "action" }> }) {
  return (
    <Radix.Item
      onSelect={item.onSelect}
      disabled={item.disabled ?? false}
      className={classes(
        "flex h-7 cursor-pointer select-none items-center gap-2 rounded-md px-2 text-sm outline-none data-disabled:cursor-not-allowed data-highlighted:bg-hover data-disabled:opacity-45",
        item.danger ? "text-danger" : "text-ink",
      )}
    >
      {item.icon && <span className="text-ink-faint">{item.icon}</span>}
      <span className="flex-1">{item.label}</span>
      {item.keys && <Kbd keys={item.keys} />}
    </Radix.Item>
  );
}
