import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { Graph } from "#runtime/graph/schema.ts";
import { fieldHint } from "#runtime/node/catalog.ts";
import { type CostEstimate, readCostEstimate } from "#server/contract/cost-estimate.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { overText, unknownText } from "./cost-estimate.tsx";

/** Milliseconds that a start waits for its forecast: without one it starts. */
const PATIENCE_MS = 2_000;

/** Prices that somebody was told are unknown, by graph, and went on all the same: they are not asked again before the page is loaded anew. */
const accepted = new Map<GraphId, string>();

/** Whether a graph asks models or calls others: what asks none costs nothing that could be told. */
export function maySpend(graph: Graph): boolean {
  return graph.nodes.some(({ type, config, disabled }) => {
    const definition = disabled ? undefined : catalog.get(type);
    if (!definition) return false;
    return definition.role === "call" || Object.keys(config).some((field) => fieldHint(definition, field).connection === "model");
  });
}

/** Whether somebody has to be told of a forecast before a run begins. */
export function wantsLook(graph: GraphId, estimate: CostEstimate): boolean {
  const unknown = estimate.unknownPrices.length > 0 ? unknownText(estimate) : undefined;
  return overText(estimate) !== undefined || (unknown !== undefined && accepted.get(graph) !== unknown);
}

/** Looks at the forecast of a graph before a run of it begins. */
export function useBeforeRun(graph: GraphId) {
  const cache = useQueryClient();
  return useMemo(() => {
    const given = { params: { id: graph } };
    const read = () => cache.fetchQuery({ queryKey: keyOf(readCostEstimate, given), queryFn: ({ signal }) => call(readCostEstimate, { ...given, signal }) });
    return {
      /** False also where nothing could be found out in time. */
      mustAsk: async (draft: Graph): Promise<boolean> => {
        if (!maySpend(draft)) return false;
        const inTime = new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE_MS, undefined));
        const estimate = await Promise.race([read().catch(() => undefined), inTime]);
        return estimate !== undefined && wantsLook(graph, estimate);
      },
      /** Somebody saw the forecast, and runs it. */
      accept: () => {
        const estimate = cache.getQueryData<CostEstimate>(keyOf(readCostEstimate, given));
        const unknown = estimate && unknownText(estimate);
        if (unknown !== undefined) accepted.set(graph, unknown);
      },
    };
  }, [cache, graph]);
}
