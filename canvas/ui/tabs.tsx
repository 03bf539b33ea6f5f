import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";

export interface Tab {
  id: string;
  label: ReactNode;
  content: ReactNode;
}

export interface TabsProps {
  tabs: readonly Tab[];
  value: string;
  onChange(id: string): void;
  label: string;
  /** Stands in something with a padding of its own, which scrolls. */
  padded?: boolean;
}

/** Fills its parent; the content scrolls. */
export function Tabs({ tabs, value, onChange, label, padded = false }: TabsProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange} className="flex min-h-0 flex-1 flex-col">
      <Radix.List aria-label={label} className={classes("flex shrink-0 gap-4 border-line border-b", !padded && "px-4")}>
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="-mb-px flex h-8 items-center gap-1.5 border-transparent border-b-2 font-medium text-ink-faint text-xs hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.id} value={tab.id} className={classes("min-h-0 flex-1 focus-visible:outline-none", padded ? "pt-4" : "overflow-y-auto")}>
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
