import { useMemo } from "react";
import { toast } from "sonner";
import { catalog } from "#nodes/catalog.data.ts";
import type { Budget } from "#runtime/graph/budget.ts";
import type { Json } from "#runtime/graph/json.ts";
import { compile } from "#runtime/plan/compile.ts";
import type { Problem } from "#runtime/plan/problems.ts";
import { errorText } from "../api/api-problem.ts";
import { useProblems, useReferences } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import { useBeforeRun } from "../runs/before-run.ts";
import { useRequestedPart } from "../runs/requested-part.ts";
import { useRunActions, useRunPart } from "../runs/run-view.ts";
import { pinsOf } from "../runs/use-pins.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { useEditorView } from "./editor-view.ts";
import { runInputSchemaOf } from "./run-input.ts";
import { saved } from "./saved.ts";

export interface RunRequest {
  input?: Record<string, Json> | undefined;
  /** What it may use before it asks, in place of what the graph says. */
  budget?: Budget | undefined;
}

export interface RunControl {
  /** Why it cannot run; undefined when it can. */
  blocked: string | undefined;
  isLive: boolean;
  /** Asks for the input where the graph wants any, and runs. */
  begin(): void;
  run(request?: RunRequest): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starting and stopping a run of the draft. */
export function useRun(): RunControl {
  const editor = useEditor();
  const { graph, document, graphId } = editor;
  const { mustAsk } = useBeforeRun(graphId);
  const notAllowed = useWhyNotByRole("graph.run");
  const problems = useProblems();
  const references = useReferences();
  const actions = useRunActions();
  const isLive = useRunPart((view) => view?.live === true);
  const { openRunForm } = useEditorView();
  const blocked = notAllowed ?? (document ? reasonOf(problems) : "Go back to the draft to run it.");
  return useMemo(() => {
    const run = async (request?: RunRequest) => {
      try {
        if (document) await saved(document);
        const pinned = pinsOf(editor).current().size > 0 ? { pinned: true } : {};
        await actions.start({ ...request, ...useRequestedPart.getState().part, ...pinned });
        return true;
      } catch (error) {
        toast.error("The run did not start", { description: errorText(error) });
        return false;
      }
    };
    return {
      blocked,
      isLive,
      run,
      begin: () => {
        useRequestedPart.getState().ask(undefined);
        // what was found last may be older than the last key
        const reason = notAllowed !== undefined ? notAllowed : blocked && document ? reasonOf(compile(graph.current(), catalog, references).problems) : blocked;
        if (reason) toast.error(reason);
        else if (isLive) toast.info("A run of this graph goes on. Stop it first, or wait.");
        else if (runInputSchemaOf(graph.current())) openRunForm(true);
        else
          void mustAsk(graph.current()).then((isAsked) => {
            if (isAsked) openRunForm(true);
            else void run();
          });
      },
      stop: () => actions.cancel().catch((error: unknown) => void toast.error("The run did not stop", { description: errorText(error) })),
    };
  }, [actions, blocked, document, editor, graph, isLive, mustAsk, notAllowed, openRunForm, references]);
}

/** Why a graph with these problems cannot run. */
function reasonOf(problems: readonly Problem[]): string | undefined {
  const [first, ...others] = problems.filter(({ severity }) => severity === "error");
  return first && (others.length === 0 ? first.message : `${others.length + 1} problems keep the graph from running.`);
}
