import { type RunId, runIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { type StoredValues, storedValuesSchema } from "#runtime/graph/stored-value.ts";
import type { Blobs } from "../assets/blob-store.ts";
import type { SubmissionOutput, SubmissionStanding } from "../contract/forms.ts";
import { loadValue } from "../engine/stored-values.ts";
import type { SubmissionRow, SubmissionStore } from "../store/form-submissions.ts";
import { fileHashes } from "../store/referred-hashes.ts";

export interface StandingGiven {
  store: Pick<SubmissionStore, "ended">;
  /** Whether a run, or one that it waits for, asks a person. */
  asksPerson: (workspace: string, run: RunId) => Promise<boolean>;
  /** How many parts a plan has. */
  partsOf: (workspace: string, plan: string) => Promise<number>;
  blobs: Blobs;
}

/** Bytes of JSON that one output may have to come along with the others. */
const LARGE = 1024 * 1024;

/** A begin takes no longer: what has no run by then could not begin, or its run is gone. */
const LONGEST_BEGIN_MS = 60_000;

/** What whoever submitted is told of the run. */
export async function standingOf({ run, workspaceId, createdAt }: SubmissionRow, given: StandingGiven): Promise<SubmissionStanding> {
  if (!run) return Date.now() - createdAt.getTime() > LONGEST_BEGIN_MS ? { type: "failed", stopped: false } : { type: "working", done: 0, total: 0 };
  switch (run.state) {
    case "succeeded":
      return { type: "done", outputs: await outputsOf(storedOutput(run.output), { blobs: given.blobs, workspace: workspaceId }) };
    case "failed":
    case "timed-out":
      return { type: "failed", stopped: false };
    case "cancelled":
    case "killed":
      return { type: "failed", stopped: true };
    case "held":
      return { type: "waiting" };
    case "queued":
    case "running":
    case "waiting": {
      const id = runIdSchema.parse(run.id);
      if (run.state === "waiting" && (await given.asksPerson(workspaceId, id))) return { type: "waiting" };
      const [done, total] = await Promise.all([given.store.ended(id), given.partsOf(workspaceId, run.plan)]);
      return { type: "working", done: Math.min(done, total), total };
    }
  }
}

/** Hashes of what whoever submitted may fetch. */
export async function outputHashes({ run, workspaceId }: SubmissionRow, { blobs }: Pick<StandingGiven, "blobs">): Promise<Set<string>> {
  const outputs = run?.state === "succeeded" ? await outputsOf(storedOutput(run.output), { blobs, workspace: workspaceId }) : [];
  return new Set(outputs.flatMap((output) => ("hash" in output ? [output.hash] : [...fileHashes(output.value)])));
}

function storedOutput(output: unknown): StoredValues {
  return storedValuesSchema.parse(output ?? {});
}

async function outputsOf(stored: StoredValues, { blobs, workspace }: Pick<StandingGiven, "blobs"> & { workspace: string }): Promise<SubmissionOutput[]> {
  const outputs = Object.entries(stored).map(async ([name, value]): Promise<SubmissionOutput> => {
    if (value.type === "blob" && value.bytes > LARGE) return { name, hash: value.hash, bytes: value.bytes };
    return { name, value: (await loadValue(value, blobs(workspace))) as Json };
  });
  return Promise.all(outputs);
}
