import { useMemo } from "react";
import { listWorkflows } from "#server/contract/comfy-workflows.ts";
import { listCollections } from "#server/contract/knowledge.ts";
import { useApi } from "../api/queries.ts";
import { useMay } from "../session/use-may.ts";
import type { AddEntry } from "./add-entry.ts";
import { libraryEntries } from "./library-entries.ts";

const MOST = 200;

/** The workflows and collections of the workspace, each as the nodes that work with it. */
export function useLibraryEntries(): readonly AddEntry[] {
  const collections = useApi(listCollections, { query: { limit: MOST } }, { enabled: useMay("knowledge.read") });
  const workflows = useApi(listWorkflows, { query: { limit: MOST } }, { enabled: useMay("workflow.read") });
  return useMemo(
    () =>
      libraryEntries([
        ...(workflows.data?.items ?? []).map(({ id, name, description, category, tags }) => ({
          ...{ kind: "workflow" as const, id, name, description },
          keywords: ["comfyui", category, ...tags],
        })),
        ...(collections.data?.items ?? []).map(({ id, name, description }) => ({
          ...{ kind: "collection" as const, id, name, description },
          keywords: ["knowledge", "collection", "documents"],
        })),
      ]),
    [workflows.data, collections.data],
  );
}
