import { LoaderCircle } from "lucide-react";
import { classes } from "./classes.ts";

/** Work is under way. `label` is read aloud; leave it out where text beside it says so. */
export function Spinner({ size = 14, label, className }: { size?: number; label?: string; className?: string }) {
  return (
    <LoaderCircle
      size={size}
      className={classes("shrink-0 animate-turn", className)}
      {...(label ? { "aria-label": label, role: "status" } : { "aria-hidden": true })}
    />
  );
}
