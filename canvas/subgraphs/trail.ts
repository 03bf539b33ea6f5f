import { type GraphId, graphIdSchema, type RunId, runIdSchema } from "#runtime/graph/ids.ts";

/** Where one came from: a graph, or a run of it, that calls the one that is shown. */
export interface TrailStep {
  graph: GraphId;
  run?: RunId;
}

const IN = "in";
/** Graphs can call themselves: the way back need not be kept for ever. */
const MOST = 12;

/** The way that led to the graph, outermost first; what is no id is left out. */
export function readTrail(params: URLSearchParams): TrailStep[] {
  return (params.get(IN) ?? "").split(".").flatMap((text): TrailStep[] => {
    const [graph, run] = text.split("~");
    const parsed = graphIdSchema.safeParse(graph);
    const ran = runIdSchema.safeParse(run);
    return parsed.success ? [{ graph: parsed.data, ...(ran.success && { run: ran.data }) }] : [];
  });
}

/** The address of a graph or a run that was come to by a way. */
export function addressOf({ graph, run }: TrailStep, trail: readonly TrailStep[] = []): string {
  const path = run ? `/graphs/${graph}/runs/${run}` : `/graphs/${graph}`;
  const way = trail.slice(-MOST).map((step) => (step.run ? `${step.graph}~${step.run}` : step.graph));
  return way.length > 0 ? `${path}?${IN}=${way.join(".")}` : path;
}
