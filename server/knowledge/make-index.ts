import { MAKE_INDEX_KIND } from "../contract/knowledge.ts";
import type { JobKind } from "../jobs/job-kind.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { KnowledgeStores } from "./stores.ts";

/** Makes the index of a collection's vectors: a job of its own, since it takes minutes where there are many, and documents need not wait for it. */
export function makeIndexKind({ collections, vectors }: Pick<KnowledgeStores, "collections" | "vectors">): JobKind {
  return {
    kind: MAKE_INDEX_KIND,
    atOnce: 1,
    attempts: 4,
    work: async ({ workspace, subject: id, signal, report }) => {
      const collection = await collections.settings({ workspace, id });
      // gone, or without vectors: there is nothing to do
      if (!collection || collection.dimension === null) return null;
      report({ phase: "making the index", done: 0, total: null });
      const { dimension } = collection;
      await vectors.index({ collection: id, dimension }, signal);
      await collections.setIndexed({ workspace, id }, dimension);
      return null;
    },
  };
}

interface Large {
  workspace: string;
  id: string;
  name: string;
  dimension: number;
}

/** One job for a collection and what its vectors are: they may become others while it works. */
export function askForIndex(jobs: Pick<Jobs, "submit">) {
  return async ({ workspace, id, name, dimension }: Large): Promise<void> => {
    const title = `Make the index of “${name}”`;
    await jobs.submit({ workspace, kind: MAKE_INDEX_KIND, title, subject: id, input: null, dedupeKey: `${id}:${dimension}` });
  };
}

/** Where the asking was cut short, or the making failed or was cancelled, people would wait for every search from then on. */
export async function askForMissingIndexes({ collections, vectors }: Pick<KnowledgeStores, "collections" | "vectors">, ask: (large: Large) => Promise<void>) {
  if (!(await vectors.support()).available) return;
  for (const { workspaceId: workspace, id, name, dimension } of await collections.withoutIndex())
    if (dimension !== null && (await vectors.isLarge(id, dimension))) await ask({ workspace, id, name, dimension });
}
