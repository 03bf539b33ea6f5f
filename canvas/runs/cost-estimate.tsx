import { TriangleAlert } from "lucide-react";
import type { GraphId } from "#runtime/graph/ids.ts";
import { readCostEstimate } from "#server/contract/cost-estimate.ts";
import { useApi } from "../api/queries.ts";
import { formatDollars } from "./format-dollars.ts";

/** What a run may cost, told before it starts; nothing where runs of the graph cost nothing. */
export function CostForecast({ graph, budget }: { graph: GraphId; budget: number | undefined }) {
  const { data } = useApi(readCostEstimate, { params: { id: graph } });
  if (!data || data.runs === 0) return null;
  const [median, max] = [Number(data.median), Number(data.max)];
  if (max === 0 && !data.hasUnknownPrices) return null;
  const ofRuns = data.runs === 1 ? "Its last run" : `Its last ${data.runs} runs`;
  return (
    <div className="flex flex-col gap-1 text-ink-muted text-xs">
      {max > 0 && (
        <p>
          {ofRuns} cost {data.runs === 1 ? formatDollars(max) : `about ${formatDollars(median)}, at most ${formatDollars(max)}`}.
          {budget !== undefined && budget < median && " That is more than the budget: the run will stop there and ask."}
        </p>
      )}
      {data.hasUnknownPrices && (
        <p className="flex items-start gap-1.5 text-warning">
          <TriangleAlert size={13} className="mt-0.5 shrink-0" aria-hidden />
          Some of its model calls have no price: what they cost is not counted, and no budget holds it. Enter prices under Connections.
        </p>
      )}
    </div>
  );
}
