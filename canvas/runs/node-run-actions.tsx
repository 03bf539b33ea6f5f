import { Play, StepForward } from "lucide-react";
import { useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import { useGraphNode } from "../document/editor-context.ts";
import { MayButton } from "../session/may-button.tsx";
import { PinnedOutput } from "./pinned-output.tsx";
import { RunOnlyDialog } from "./run-only-dialog.tsx";
import { wholeOf } from "./run-purposes.ts";
import { RunReference } from "./run-reference.tsx";
import type { RunView } from "./run-view.ts";
import { useRerun } from "./use-rerun.ts";

/** What a node's output is pinned to, and what can be done with the node. */
export function NodeRunActions(props: { view: RunView; node: NodeId }) {
  return (
    <>
      <PinnedOutput node={props.node} />
      <RunAgain {...props} />
    </>
  );
}

/** Running again from a node on, or that node alone, with what the run that is looked at recorded. Nodes inside of containers go with their container. */
function RunAgain({ view, node }: { view: RunView; node: NodeId }) {
  const [isAsking, setAsking] = useState(false);
  const rerun = useRerun();
  const onBoard = useGraphNode(node);
  const { summary, state } = view;
  const planNode = state?.plan.nodes[node];
  if (view.live || !summary || !planNode || !onBoard || planNode.parent !== undefined) return null;
  const whole = wholeOf(summary);
  if (whole)
    return (
      <p className="flex flex-wrap items-center gap-x-1 border-line border-t p-4 text-ink-muted text-xs">
        This run is a part of another one. Run it again from there: <RunReference run={whole} graph={summary.graph} />
      </p>
    );
  return (
    <div className="flex flex-wrap gap-2 border-line border-t p-4">
      {planNode.role !== "entry" && (
        <MayButton
          action="graph.run"
          size="small"
          icon={<StepForward size={13} aria-hidden />}
          busy={rerun.busy}
          title="What came before it is taken over from this run"
          onClick={() => void rerun.begin(summary, { at: node })}
        >
          Run from here
        </MayButton>
      )}
      <MayButton action="graph.run" size="small" icon={<Play size={13} aria-hidden />} disabled={rerun.busy} onClick={() => setAsking(true)}>
        Run only this node…
      </MayButton>
      {isAsking && <RunOnlyDialog view={view} summary={summary} node={node} rerun={rerun} onClose={() => setAsking(false)} />}
    </div>
  );
}
