import { calledGraph, callingEachGraph, callingGraph, failingGraph, handlerGraph } from "./calling-graphs.ts";
import type { ChaosClient } from "./chaos-client.ts";
import { chaosGraphs } from "./chaos-graphs.ts";
import { containerGraphs, longGraph } from "./container-graphs.ts";
import type { ChaosGraph } from "./graph-parts.ts";

/** Runs of all other workflows for each run of the long one. */
const OTHERS = 3;

export interface StoredGraph {
  id: string;
  graph: ChaosGraph;
}

/** Makes every workflow there is, and publishes those that others call. Answers what is to be started, in turn. */
export async function storeGraphs(client: ChaosClient, service: string): Promise<StoredGraph[]> {
  const store = async (graph: ChaosGraph) => ({ graph, id: await client.createGraph(graph.graph) });
  const publish = async (graph: ChaosGraph) => {
    const stored = await store(graph);
    await client.publish(stored.id);
    return stored;
  };
  const { id: calledId, graph: called } = await publish(calledGraph(service));
  const calling = await publish(callingGraph(service, { name: "Call", id: calledId, called }));
  const handler = await publish(handlerGraph(service));
  const graphs = [
    ...chaosGraphs(service),
    ...containerGraphs(service),
    callingEachGraph({ id: calledId, called }),
    callingGraph(service, { name: "Deep call", id: calling.id, called: calling.graph }),
    failingGraph(service, { id: handler.id, handler: handler.graph }),
  ];
  const stored = [calling, ...(await Promise.all(graphs.map(store)))];
  return [...Array.from({ length: OTHERS }, () => stored).flat(), await store(longGraph(service))];
}
