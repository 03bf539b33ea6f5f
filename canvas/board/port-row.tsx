import { memo } from "react";
import { classes } from "../ui/classes.ts";
import { PortHandle, type PortHandleProps, usePortFit } from "./port-handle.tsx";

export interface PortRowProps extends Omit<PortHandleProps, "top"> {
  /** Drawn without text, far away. */
  bare: boolean;
}

/** One port: its handle on the card's edge, and its name. */
export const PortRow = memo(function PortRow({ bare, ...place }: PortRowProps) {
  const { node, name, port, side, isInner = false } = place;
  const fit = usePortFit({ node, port, side, name, isInner });
  const isInput = side === "target";
  const label = port.title ?? name;
  return (
    <div
      className={classes("relative flex h-5.5 min-w-0 items-center px-3.5", isInput ? "justify-start" : "justify-end", fit === "no" && "opacity-25")}
      title={`${label}: ${port.type}${port.many ? ", several" : ""}${port.optional ? ", optional" : ""}${port.description ? `\n${port.description}` : ""}`}
    >
      <PortHandle {...place} />
      {!bare && (
        <span className="truncate text-2xs text-ink-muted">
          {label}
          {isInput && !port.optional && <span className="text-ink-faint"> *</span>}
        </span>
      )}
    </div>
  );
});
