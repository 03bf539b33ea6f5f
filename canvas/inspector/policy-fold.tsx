import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Badge } from "../ui/badge.tsx";

/** A part of a node's policy, folded away; says how much of it is set. */
export function PolicyFold({ title, changed, children }: { title: string; changed: number; children: ReactNode }) {
  return (
    <details className="group border-line border-t pt-3">
      <summary className="flex list-none items-center gap-1.5 rounded-sm py-1 font-medium text-ink-muted text-xs hover:text-ink">
        <ChevronRight size={13} aria-hidden className="transition-transform duration-(--quick) group-open:rotate-90" />
        {title}
        {changed > 0 && <Badge tone="accent">{changed} set</Badge>}
      </summary>
      <div className="flex flex-col gap-4 pt-3">{children}</div>
    </details>
  );
}
