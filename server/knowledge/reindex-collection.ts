import type { JobKind } from "../jobs/job-kind.ts";
import type { KnowledgeStores } from "./stores.ts";

export const REINDEX_KIND = "knowledge-reindex";

/** Has every document of a collection indexed again, each by a job of its own. */
export function reindexKind(
  { documents }: Pick<KnowledgeStores, "documents">,
  reindex: (place: { workspace: string; id: string }) => Promise<unknown>,
): JobKind {
  return {
    kind: REINDEX_KIND,
    atOnce: 1,
    attempts: 3,
    work: async ({ workspace, subject, signal, report }) => {
      const ids = await documents.idsOf({ workspace, id: subject });
      for (const [index, id] of ids.entries()) {
        signal.throwIfAborted();
        await reindex({ workspace, id });
        report({ phase: "queueing", done: index + 1, total: ids.length });
      }
      return { documents: ids.length };
    },
  };
}
