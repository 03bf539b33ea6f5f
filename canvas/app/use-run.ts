import { useMemo } from "react";
import { toast } from "sonner";
import type { Json } from "#runtime/graph/json.ts";
import { errorText } from "../api/api-problem.ts";
import { useAnalysis } from "../document/analysis.tsx";
import type { OpenDocument } from "../document/connect-document.ts";
import { useEditor } from "../document/editor-context.ts";
import { useRunActions, useRunPart } from "../runs/run-view.ts";
import { useEditorView } from "./editor-view.ts";
import { runInputSchemaOf } from "./run-input.ts";

/** How long a run waits for the last edits to be stored: the server runs what it has. */
const SAVE_WAIT_MS = 3_000;

export interface RunControl {
  /** Why it cannot run; undefined when it can. */
  blocked: string | undefined;
  isLive: boolean;
  /** Asks for the input where the graph wants any, and runs. */
  begin(): void;
  run(input?: Record<string, Json>): Promise<boolean>;
  stop(): Promise<void>;
}

/** Starting and stopping a run of the draft. */
export function useRun(): RunControl {
  const { graph, document } = useEditor();
  const { problems } = useAnalysis();
  const actions = useRunActions();
  const isLive = useRunPart((view) => view?.live === true);
  const { openRunForm } = useEditorView();
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const blocked = !document ? "This is a past run." : first && (errors.length === 1 ? first.message : `${errors.length} problems keep the graph from running.`);
  return useMemo(() => {
    const run = async (input?: Record<string, Json>) => {
      try {
        if (document) await saved(document);
        await actions.start(input);
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
        if (blocked) toast.error(blocked);
        else if (isLive) toast.info("A run of this graph goes on. Stop it first, or wait.");
        else if (runInputSchemaOf(graph.current())) openRunForm(true);
        else void run();
      },
      stop: () => actions.cancel().catch((error: unknown) => void toast.error("The run did not stop", { description: errorText(error) })),
    };
  }, [actions, blocked, document, graph, isLive, openRunForm]);
}

async function saved(document: OpenDocument): Promise<void> {
  if (!document.hasUnsaved()) return;
  await new Promise<void>((resolve, reject) => {
    const stop = document.saveState.subscribe(() => document.saveState.current().type === "saved" && finish());
    const timer = setTimeout(() => finish(new Error("The last edits are not saved yet. Try again once they are.")), SAVE_WAIT_MS);
    const finish = (error?: Error) => {
      clearTimeout(timer);
      stop();
      if (error) reject(error);
      else resolve();
    };
  });
}
