import { useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { toast } from "sonner";
import { cutRevision } from "#server/contract/graphs.ts";
import type { RunSummary } from "#server/contract/runs.ts";
import { errorText } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { saved } from "../app/saved.ts";
import { useEditor } from "../document/editor-context.ts";
import { useMay } from "../session/use-may.ts";
import { type StartRequest, useRunActions } from "./run-view.ts";

export interface Rerun {
  readonly busy: boolean;
  /** Goes on from a run: with the draft and its pins where it is open to be edited, with the run's own revision otherwise. */
  begin(from: RunSummary, request: Omit<StartRequest, "from" | "revision"> & { at?: NonNullable<StartRequest["from"]>["at"] }): Promise<boolean>;
}

export function useRerun(): Rerun {
  const { document, graphId } = useEditor();
  const { start } = useRunActions();
  const navigate = useNavigate();
  const mayCut = useMay("graph.edit");
  const [busy, setBusy] = useState(false);
  const begin = useMemo(
    (): Rerun["begin"] =>
      async (from, { at, ...request }) => {
        setBusy(true);
        try {
          if (document) await saved(document);
          const revision = document && mayCut ? (await call(cutRevision, { params: { id: graphId } })).number : from.revision;
          const run = await start({ ...(document && { pinned: true }), ...request, revision, from: { run: from.id, ...(at !== undefined && { at }) } });
          if (!document) await navigate(`/graphs/${run.graph}/runs/${run.id}`);
          return true;
        } catch (error) {
          toast.error("The run did not start", { description: errorText(error) });
          return false;
        } finally {
          setBusy(false);
        }
      },
    [document, graphId, start, navigate, mayCut],
  );
  return { busy, begin };
}
