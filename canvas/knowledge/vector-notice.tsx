import { Waypoints } from "lucide-react";
import { readKnowledge } from "#server/contract/knowledge.ts";
import { useApi } from "../api/queries.ts";

const FRESH_MS = 60_000;

/** What knowledge can do here. */
export function useKnowledgeFacts() {
  return useApi(readKnowledge, {}, { every: FRESH_MS });
}

/** Says that nothing is found by meaning while the database cannot compare vectors, and how to get it. */
export function VectorNotice() {
  const { data } = useKnowledgeFacts();
  if (!data || data.vectors.available) return null;
  const { reason, advice } = data.vectors;
  return (
    <div role="note" className="flex gap-3 rounded-lg border border-line-strong bg-raised px-4 py-3">
      <Waypoints size={18} className="mt-0.5 shrink-0 text-warning" aria-hidden />
      <div className="flex flex-col gap-1 text-sm">
        <p className="font-medium">Passages are found by their words only</p>
        <p className="wrap-anywhere text-ink-muted">
          {reason} {advice}
        </p>
      </div>
    </div>
  );
}

/** The same where there is little room: it is told whole on the page that it leads to. */
export function VectorHint() {
  const { data } = useKnowledgeFacts();
  if (!data || data.vectors.available) return null;
  return (
    <p role="note" className="wrap-anywhere text-warning text-xs">
      Passages are found by their words only. {data.vectors.reason}
    </p>
  );
}
