import { useCallback, useContext } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { type NodeId, type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { leadingRun } from "../runs/iterations-view.ts";
import { type RunView, RunViewContext } from "../runs/run-view.ts";
import { announce } from "../ui/announce.ts";
import { calledGraph } from "./call-type.ts";
import { addressOf, readTrail, type TrailStep } from "./trail.ts";

/** Goes into the graph that a node calls, and out of it again. */
export function useEnterGraph() {
  const { graph, graphId, document } = useEditor();
  const { source } = useContext(RunViewContext);
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const { run } = useParams();
  const text = params.toString();
  const enter = useCallback(
    (id: NodeId): boolean => {
      const node = nodesById(graph.current()).get(id);
      const child = node && calledGraph(node);
      if (!node || !child) return false;
      const shown = runIdSchema.safeParse(run);
      const here: TrailStep = { graph: graphId, ...(shown.success && { run: shown.data }) };
      // in a run one goes on in the run that the node began; a draft leads to a draft
      const childRun = document ? undefined : childRunOf(source.current(), id);
      announce(`Entering ${node.label}`);
      void navigate(addressOf({ graph: child, ...(childRun && { run: childRun }) }, [...readTrail(new URLSearchParams(text)), here]));
      return true;
    },
    [graph, graphId, document, source, navigate, text, run],
  );
  const leave = useCallback((): void => {
    const trail = readTrail(new URLSearchParams(text));
    const last = trail.at(-1);
    if (last) void navigate(addressOf(last, trail.slice(0, -1)));
  }, [navigate, text]);
  const canEnter = useCallback(
    (id: NodeId | undefined): boolean => {
      const node = id === undefined ? undefined : nodesById(graph.current()).get(id);
      return node !== undefined && calledGraph(node) !== undefined;
    },
    [graph],
  );
  return { enter, leave, canEnter, isInside: readTrail(params).length > 0 };
}

/** The run that a node began last, in the iteration that most wants to be seen. */
function childRunOf(view: RunView | undefined, node: NodeId): RunId | undefined {
  const planNode = view?.state?.plan.nodes[node];
  if (!view || !planNode) return undefined;
  const run = (planNode.depth ?? 0) > 0 ? leadingRun(view, node) : view.state?.nodes.get(nodeKey(node, []));
  if (run?.state === "calling") return run.child;
  return run?.children?.filter(({ purpose }) => purpose === "call").at(-1)?.run;
}
