import { useContext, useMemo } from "react";
import { toast } from "sonner";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Plan } from "#runtime/plan/plan.ts";
import { errorText } from "../api/api-problem.ts";
import { useEditorView } from "../app/editor-view.ts";
import { runInputSchemaOf } from "../app/run-input.ts";
import { saved } from "../app/saved.ts";
import { callersOf } from "../board/call-rules.ts";
import { useReferences } from "../document/analysis.tsx";
import { nodesById, useEditor } from "../document/editor-context.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { announce } from "../ui/announce.ts";
import { useRequestedPart } from "./requested-part.ts";
import { runName } from "./run-name.ts";
import { type Extent, nodesOfPart, partText } from "./run-part.ts";
import { RunViewContext } from "./run-view.ts";
import { pinsOf } from "./use-pins.ts";
import { useRerun } from "./use-rerun.ts";

export interface PartRuns {
  /** Why that part cannot run now; undefined when it can. */
  blocked(node: NodeId, extent: Extent): string | undefined;
  /** What would run and where the rest comes from: "Runs 3 nodes: A, B, C; the rest is from the run of 14:03." */
  preview(node: NodeId, extent: Extent): string;
  begin(node: NodeId, extent: Extent): void;
}

/** Running a part of the draft, with what is pinned and what the run that is shown recorded. */
export function usePartRuns(): PartRuns {
  const editor = useEditor();
  const references = useReferences();
  const { source, actions } = useContext(RunViewContext);
  const { begin: beginAgain } = useRerun();
  const whyNot = useWhyNotByRole("graph.run");
  const { openRunForm } = useEditorView();
  return useMemo(() => {
    const { graph, document } = editor;
    const planOf = () => compile(graph.current(), catalog, references);
    const lastRun = () => {
      const view = source.current();
      return view && !view.live && view.replay?.isLive !== true ? view.summary : undefined;
    };
    const nodesOf = (plan: Plan, node: NodeId, extent: Extent) => nodesOfPart(plan, { node, extent, pinned: pinsOf(editor).current() });
    const blocked: PartRuns["blocked"] = (id, extent) => {
      const node = nodesById(graph.current()).get(id);
      if (whyNot !== undefined) return whyNot;
      if (!document) return "Go back to the draft to run a part of it.";
      if (!node || catalog.get(node.type)?.role === "annotation") return "This does not run.";
      const caller = callersOf(graph.current()).get(id);
      if (caller) return `It runs when “${caller.node.label}” calls it. Run that.`;
      if (node.parent !== undefined) return "It is inside of a container. Choose the container.";
      if (pinsOf(editor).current().has(id)) return "Its output is pinned, so it does not run. Unpin it first (P).";
      if (source.current()?.live) return "A run of this graph goes on. Stop it first, or wait.";
      return extent === "from" && !lastRun() ? "Run the graph once: what comes before is taken from that run." : undefined;
    };
    const start = async (node: NodeId, extent: Extent, plan: Plan) => {
      const nodes = nodesOf(plan, node, extent);
      const last = lastRun();
      const told = `Runs ${partText(plan, nodes)}`;
      if (last) {
        const at = extent === "from" ? node : extent === "to" ? ("start" as const) : undefined;
        if (await beginAgain(last, { ...(at !== undefined && { at }), ...(extent !== "from" && { only: nodes }) })) announce(told);
        return;
      }
      const wantsInput = nodes.some((id) => plan.nodes[id]?.role === "entry") && runInputSchemaOf(graph.current()) !== undefined;
      if (wantsInput) {
        useRequestedPart.getState().ask({ only: nodes });
        openRunForm(true);
        return;
      }
      if (document) await saved(document);
      await actions.start({ only: nodes, pinned: true });
      announce(told);
    };
    return {
      blocked,
      preview: (node, extent) => {
        const { plan } = planOf();
        if (!plan) return "The graph has problems to be solved first.";
        const nodes = nodesOf(plan, node, extent);
        const last = lastRun();
        const rest = plan.order.filter((id) => plan.nodes[id]?.parent === undefined).length - nodes.length;
        const from = last && extent !== "to" && rest > 0 ? `; the rest is from ${runName(last.id)}` : "";
        return `Runs ${partText(plan, nodes)}${from}.`;
      },
      begin: (node, extent) => {
        const reason = blocked(node, extent);
        const { plan, problems } = reason === undefined ? planOf() : { plan: undefined, problems: [] };
        if (!plan) {
          toast.error(reason ?? problems.find(({ severity }) => severity === "error")?.message ?? "The graph cannot run as it is.");
          return;
        }
        start(node, extent, plan).catch((error: unknown) => void toast.error("The run did not start", { description: errorText(error) }));
      },
    };
  }, [editor, references, source, actions, beginAgain, whyNot, openRunForm]);
}
