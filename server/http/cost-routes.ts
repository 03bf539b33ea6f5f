import type { GraphId } from "#runtime/graph/ids.ts";
import * as contract from "../contract/cost-estimate.ts";
import { type Handling, handle } from "./handle.ts";

export interface CostRoutesGiven {
  estimate(given: { workspace: string; graph: GraphId }): Promise<contract.CostEstimate>;
}

export function costRoutes({ estimate }: CostRoutesGiven): Handling[] {
  return [handle(contract.readCostEstimate, ({ params, workspace }) => estimate({ workspace, graph: params.id }))];
}
