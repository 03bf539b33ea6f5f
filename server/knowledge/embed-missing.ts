import { setTimeout as delay } from "node:timers/promises";
import { embedderSchema } from "../contract/knowledge-settings.ts";
import type { JobKind } from "../jobs/job-kind.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { NewJob } from "../store/jobs.ts";
import type { DocumentRow } from "../store/knowledge-documents.ts";
import { INDEX_KIND, indexJob } from "./index-job.ts";
import type { KnowledgeStores } from "./stores.ts";

const EMBED_MISSING_KIND = "knowledge-embed-missing";

/** Documents queued at a time: what a person adds meanwhile waits for no more than these. */
const AT_A_TIME = 8;
const LOOK_MS = 500;

export interface EmbedMissingGiven extends Pick<KnowledgeStores, "collections" | "documents" | "vectors"> {
  jobs: Pick<Jobs, "submit" | "wake" | "countDue">;
  lookMs?: number;
}

/**
 * Has documents of a collection embedded that were indexed while the database had no pgvector: as they were cut, and without being read again. They are
 * queued a few at a time, whenever no other document waits. Only with the built-in embedder: nobody is to pay for what they did not ask for.
 */
export function embedMissingKind({ collections, documents, vectors, jobs, lookMs = LOOK_MS }: EmbedMissingGiven): JobKind {
  return {
    kind: EMBED_MISSING_KIND,
    atOnce: 1,
    attempts: 4,
    work: async ({ workspace, subject: id, signal, report }) => {
      let done = 0;
      for (let after = ""; ; await delay(lookMs, undefined, { signal })) {
        signal.throwIfAborted();
        if ((await jobs.countDue(INDEX_KIND)) > 0) continue;
        const collection = await collections.settings({ workspace, id });
        const isWanted = collection && embedderSchema.parse(collection.embedder).type === "built-in" && (await vectors.support()).available;
        if (!isWanted) return { documents: done };
        const queued = await documents.queueWithoutVectors({ workspace, id }, { after, limit: AT_A_TIME, jobFor });
        jobs.wake();
        done += queued.length;
        report({ phase: "queueing", done, total: null });
        const last = queued.at(-1);
        if (last === undefined) return { documents: done };
        after = last;
      }
    },
  };
}

function jobFor({ id, workspaceId: workspace, title, generation }: DocumentRow): NewJob {
  return indexJob({ workspace, id, title }, { preview: false, generation, isNamed: true });
}

/** Begins with it in every collection that has such documents: one job for each, however many processes ask. */
export async function embedMissing({ documents, vectors, jobs }: EmbedMissingGiven): Promise<void> {
  if (!(await vectors.support()).available) return;
  for (const { workspace, id, name } of await documents.withoutVectors()) {
    const title = `Embed what was added to “${name}” without pgvector`;
    await jobs.submit({ workspace, kind: EMBED_MISSING_KIND, title, subject: id, input: null, dedupeKey: id });
  }
}
