import { DropdownMenu as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import { Kbd } from "./kbd.tsx";

export type MenuItem =
  | {
      type: "action" /** Where labels may be alike. */;
      id?: string;
      label: string;
      onSelect(): void;
      icon?: ReactNode;
      keys?: string;
      danger?: boolean;
      disabled?: boolean /** A second line, such as why it is disabled. */;
      detail?: string | undefined;
    }
  /** What the actions below are about. */
  | { type: "heading"; label: string; detail?: string }
  | { type: "separator"; id: string };

export interface MenuProps {
  /** The button that opens it: one element that takes a ref. */
  trigger: ReactNode;
  /** A function is asked when it opens. */
  items: readonly MenuItem[] | (() => readonly MenuItem[]);
  align?: "start" | "end";
  side?: "bottom" | "right";
}

export function Menu({ trigger, items, align = "end", side = "bottom" }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 animate-rise rounded-lg bg-overlay p-1 shadow-overlay focus:outline-none"
        >
          <Items items={items} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

function Items({ items }: Pick<MenuProps, "items">) {
  const list = typeof items === "function" ? items() : items;
  return list.map((item) => <Item key={keyOfItem(item)} item={item} />);
}

function keyOfItem(item: MenuItem): string {
  return item.type === "separator" ? item.id : item.type === "action" ? (item.id ?? item.label) : `heading:${item.label}`;
}

function Item({ item }: { item: MenuItem }) {
  switch (item.type) {
    case "separator":
      return <Radix.Separator className="mx-1 my-1 h-px bg-line" />;
    case "heading":
      return (
        <Radix.Label className="max-w-64 px-2 py-1">
          <span className="block truncate font-medium text-sm">{item.label}</span>
          {item.detail && <span className="block truncate text-ink-faint text-xs">{item.detail}</span>}
        </Radix.Label>
      );
    case "action":
      return <Action item={item} />;
  }
}

function Action({ item }: { item: Extract<MenuItem, { type: "action" }> }) {
  return (
    <Radix.Item
      onSelect={item.onSelect}
      disabled={item.disabled ?? false}
      className={classes(
        "flex min-h-7 max-w-72 cursor-pointer select-none items-center gap-2 rounded-md px-2 py-1 text-sm leading-5 outline-none data-disabled:cursor-not-allowed data-highlighted:bg-hover data-disabled:opacity-45",
        item.danger ? "text-danger" : "text-ink",
      )}
    >
      {item.icon && <span className="text-ink-faint">{item.icon}</span>}
      <span className="min-w-0 flex-1">
        <span className="block truncate">{item.label}</span>
        {item.detail && <span className="block text-ink-faint text-xs">{item.detail}</span>}
      </span>
      {item.keys && <Kbd keys={item.keys} />}
    </Radix.Item>
  );
}
