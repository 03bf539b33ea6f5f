import ELK, { type ElkNode } from "elkjs/lib/elk-api.js";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";

/** The layout library in a worker of its own. Loaded with this file, when somebody first asks for it. */
export function startElk(): { layout(graph: ElkNode): Promise<ElkNode>; stop(): void } {
  const elk = new ELK({ workerFactory: () => new Worker(workerUrl) });
  return { layout: (graph) => elk.layout(graph), stop: () => elk.terminateWorker() };
}
