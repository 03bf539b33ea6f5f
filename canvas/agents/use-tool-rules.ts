import { useCallback } from "react";
import type { GraphId } from "#runtime/graph/ids.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import { targetOf } from "#runtime/node/tool-target.ts";
import { ruleOf } from "#server/contract/tool-rule-of.ts";
import { listToolRules, type ToolRule } from "#server/contract/tools.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";

/** What the rules of the page of tools say of a graph's calls; of those who may not see them, what they would say without any. */
export function useToolRules(graph: GraphId): (offer: ToolOffer) => ToolRule {
  const mayRead = useMay("connection.read");
  const { data } = useApi(listToolRules, { query: {} }, { enabled: mayRead });
  const rules = data?.items;
  return useCallback(
    (offer) => {
      const target = targetOf(offer);
      if (!target || !rules) return "allow";
      return ruleOf(
        rules.filter(({ connection }) => connection === target.connection),
        { subject: graph, tool: target.tool },
      );
    },
    [rules, graph],
  );
}
