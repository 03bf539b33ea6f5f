import { useContext, useMemo } from "react";
import { toast } from "sonner";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { findUnsafeJson } from "#runtime/graph/json.ts";
import type { StoredValues } from "#runtime/graph/stored-value.ts";
import { nodeKey } from "#runtime/run/run-state.ts";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { type RunView, RunViewContext } from "./run-view.ts";
import { pinsOf } from "./use-pins.ts";

export interface Pinning {
  isPinned(node: NodeId): boolean;
  /** Why it can neither be pinned nor unpinned. */
  blocked(node: NodeId): string | undefined;
  /** Pins what the node gave in the run that is shown, or unpins it. */
  toggle(node: NodeId): void;
}

/** The output of a node in the run that is shown: what can be pinned. */
export function lastOutputs(view: RunView | undefined, node: NodeId): StoredValues | undefined {
  const run = view?.state?.nodes.get(nodeKey(node, []));
  return run && (run.state === "succeeded" || run.state === "reused") && Object.keys(run.outputs).length > 0 ? run.outputs : undefined;
}

export function usePinning(): Pinning {
  const editor = useEditor();
  const { source } = useContext(RunViewContext);
  return useMemo(() => {
    const { edits, graph } = editor;
    const isPinned = (node: NodeId) => pinsOf(editor).current().has(node);
    const blocked = (id: NodeId) => {
      const node = nodesById(graph.current()).get(id);
      if (!edits) return "Nothing can be changed here.";
      if (!node || catalog.get(node.type)?.role === "annotation") return "This has no output.";
      if (isPinned(id)) return undefined;
      if (node.parent !== undefined) return "It is inside of a container, where it has an output for each iteration. Pin the container.";
      const outputs = lastOutputs(source.current(), id);
      if (!outputs) return "It has no output in the run that is shown. Run it first.";
      return findUnsafeJson(outputs) === undefined ? undefined : "Its output has a member with a name that graphs cannot keep, such as “constructor”.";
    };
    return {
      isPinned,
      blocked,
      toggle: (id) => {
        const reason = blocked(id);
        const label = nodesById(graph.current()).get(id)?.label ?? id;
        const outputs = isPinned(id) ? undefined : lastOutputs(source.current(), id);
        if (reason !== undefined) toast.error(reason);
        else if (edits?.setPin(id, outputs)) announce(outputs ? `The output of ${label} is pinned` : `${label} is unpinned`);
      },
    };
  }, [editor, source]);
}
