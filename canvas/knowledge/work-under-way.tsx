import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { toast } from "sonner";
import { cancelJob, type Job, listJobs } from "#server/contract/jobs.ts";
import { type Collection, MAKE_INDEX_KIND } from "#server/contract/knowledge.ts";
import { listKnowledgeDocuments } from "#server/contract/knowledge-documents.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { call } from "../api/client.ts";
import { keyOf } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { Bar } from "../ui/progress-bar.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { counted } from "./document-words.ts";
import { DOCUMENTS_STALE } from "./uploads.tsx";

const ASKED = 200;

/** What is being done with the collection as a whole and with its documents, and the way to end all of it. */
export function WorkUnderWay({ collection: { id, counts }, jobs }: { collection: Collection; jobs: readonly Job[] }) {
  const cache = useQueryClient();
  const [isEnding, setEnding] = useState(false);
  if (jobs.length === 0 && counts.working === 0) return null;
  const endAll = async () => {
    setEnding(true);
    try {
      let wasIndex = false;
      for (const job of jobs) if (await end(job.id)) wasIndex ||= job.kind === MAKE_INDEX_KIND;
      await endDocuments(id);
      if (wasIndex) toast.info("Searches stay slower for now", { description: "The index was not finished. Making it begins again within the hour." });
    } catch (error) {
      toast.error("Not all of it was cancelled", { description: errorText(error) });
    }
    setEnding(false);
    await Promise.all([...DOCUMENTS_STALE, listJobs].map((stale) => cache.invalidateQueries({ queryKey: keyOf(stale) })));
  };
  return (
    <section aria-label="Under way" className="flex items-center gap-4 rounded-lg border border-line bg-surface px-4 py-2.5">
      <Spinner size={15} className="text-running" />
      <div className="flex min-w-0 flex-1 flex-col gap-1.5 text-sm">
        {counts.working > 0 && <p>{counted(counts.working, "document")} under way. What was indexed before is found meanwhile.</p>}
        {jobs.map(({ id: job, title, progress }) => (
          <div key={job} className="flex flex-col gap-1">
            <p className="truncate text-ink-muted text-xs">
              {title}
              {progress?.total != null && `: ${progress.done.toLocaleString("en")} of ${progress.total.toLocaleString("en")}`}
            </p>
            <Bar label={title} done={progress?.done ?? 0} total={progress?.total ?? undefined} />
          </div>
        ))}
      </div>
      <MayButton action="job.control" size="small" busy={isEnding} onClick={() => void endAll()}>
        Cancel all
      </MayButton>
    </section>
  );
}

async function endDocuments(id: Collection["id"]): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await call(listKnowledgeDocuments, { params: { id }, query: { state: "working", limit: ASKED, ...(cursor && { cursor }) } });
    for (const { job } of page.items) if (job) await end(job);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** False for one that has ended by itself meanwhile. */
async function end(id: Job["id"]): Promise<boolean> {
  try {
    await call(cancelJob, { params: { id }, body: {} });
    return true;
  } catch (error) {
    if (!hasCode(error, "conflict") && !hasCode(error, "not-found")) throw error;
    return false;
  }
}
