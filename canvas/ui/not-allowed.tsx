import type { ReactNode } from "react";
import { Tooltip } from "./tooltip.tsx";

/** Says why the disabled control inside cannot be used, and whom to ask; without a reason it is the control alone. */
export function NotAllowed({
  reason,
  side = "bottom",
  children,
}: {
  reason: string | undefined;
  side?: "top" | "right" | "bottom" | "left";
  children: ReactNode;
}) {
  if (reason === undefined) return children;
  return (
    <Tooltip text={reason} side={side}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a disabled button takes no focus, and the reason must be reachable */}
      <span tabIndex={0} className="inline-flex rounded-md">
        {children}
        <span className="sr-only">Not allowed. {reason}</span>
      </span>
    </Tooltip>
  );
}
