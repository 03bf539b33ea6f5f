import type { MediaLibrary } from "../assets/media-library.ts";
import type { Discussion } from "../comments/create-discussion.ts";
import type { History } from "../documents/keep-history.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Knowledge } from "../knowledge/knowledge.ts";
import type { MemoryStore } from "../store/memory.ts";
import type { ResultCache } from "../store/result-cache.ts";
import type { Tools } from "../tools/tools.ts";
import type { WorkspaceVariables } from "../variables/variables.ts";
import type { Vault } from "../vault/vault.ts";
import type { HousekeepingTasks } from "./housekeeping.ts";

export interface HousekeepingGiven {
  vault: Pick<Vault, "resume">;
  results: Pick<ResultCache, "evict">;
  history: Pick<History, "thin">;
  discussion: Pick<Discussion, "inbox">;
  variables: Pick<WorkspaceVariables, "evict">;
  tools: Pick<Tools, "evict">;
  memory: Pick<MemoryStore, "evictEnded">;
  files: Pick<MediaLibrary, "collect">;
  jobs: Pick<Jobs, "evict">;
  knowledge: Pick<Knowledge, "evict">;
}

/** What is kept for a while only. */
export function housekeepingTasks({
  vault,
  results,
  history,
  discussion,
  variables,
  tools,
  memory,
  files,
  jobs,
  knowledge,
}: HousekeepingGiven): HousekeepingTasks {
  return {
    "re-wrapping of secrets": async () => {
      await vault.resume();
      return 0;
    },
    "results of earlier runs": results.evict,
    "revisions cut without a word": history.thin,
    "what was read in inboxes": discussion.inbox.evict,
    "calls of tools": tools.evict,
    "conversations of runs that are over": memory.evictEnded,
    "jobs that ended long ago": () => jobs.evict(),
    "knowledge that nobody finds": knowledge.evict,
    "files that nothing refers to": () => files.collect(),
    variables: async () => {
      const { changes, variables: values } = await variables.evict();
      return changes + values;
    },
  };
}
