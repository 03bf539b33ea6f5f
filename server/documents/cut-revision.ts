import { canonicalJson } from "#runtime/graph/canonical-json.ts";
import { sha256Hex } from "#runtime/graph/hash.ts";
import { runIdSchema } from "#runtime/graph/ids.ts";
import { type Graph, graphSchema } from "#runtime/graph/schema.ts";
import type { Catalog } from "#runtime/node/catalog.ts";
import { type References, referencesSchema } from "#runtime/node/references.ts";
import { referenceKeys } from "#runtime/plan/compile.ts";
import { ApiError } from "../api-error.ts";
import type { RevisionEntry, RevisionSummary } from "../contract/graphs.ts";
import type { LookUp } from "../references.ts";
import type { RevisionEntryRow, RevisionHead, RevisionReason, RevisionRow, RevisionStore } from "../store/revisions.ts";

/** A revision with all it holds: what a run needs. */
export interface Revision extends RevisionSummary {
  workspace: string;
  graph: Graph;
  /** What it depends on, as it was when it was cut. */
  references: References;
}

export interface CutOptions {
  message?: string | undefined;
  reason: RevisionReason;
  /** Absent: the server cuts it, for whoever changed the draft last. */
  actor?: string | undefined;
}

interface CutContext {
  revisions: RevisionStore;
  catalog: Catalog;
  /** Looks up what a graph depends on; a key it cannot find is answered as missing. */
  references: LookUp;
}

/** Makes a graph the next revision of a document; a cut or a run that would repeat the newest one answers that. Throws ApiError "not-found". */
export async function cutRevision(context: CutContext, given: { workspace: string; document: string; graph: Graph }, options: CutOptions): Promise<Revision> {
  const { graph, document } = given;
  const references = await context.references(given.workspace, referenceKeys(graph, context.catalog));
  const content = canonicalJson(graph);
  const { message = "", reason, actor } = options;
  const row = await context.revisions.cut(
    { document, content, hash: sha256Hex(content), references, message, reason, actor },
    { reuse: reason === "run" || reason === "cut" || reason === "auto", graphAlone: reason === "auto" },
  );
  if (!row) throw new ApiError("not-found", "There is no such document.");
  return toRevision(row);
}

export function toRevision(row: RevisionRow): Revision {
  return {
    ...toRevisionSummary(row),
    workspace: row.workspaceId,
    graph: graphSchema.parse(JSON.parse(row.content)),
    references: referencesSchema.parse(row.referenceValues ?? {}),
  };
}

export function toRevisionSummary(row: RevisionHead): RevisionSummary {
  const { number, hash, message, name, reason, createdBy, createdAt, authors } = row;
  return { number, hash, message, name, reason, createdBy, createdAt: createdAt.toISOString(), authors };
}

export function toRevisionEntry(row: RevisionEntryRow): RevisionEntry {
  const { names, isPublished, publishedAt, runs, lastRun } = row;
  return {
    ...toRevisionSummary(row),
    ...{ names, runs },
    published: isPublished ? "now" : publishedAt ? "before" : "never",
    publishedAt: publishedAt?.toISOString() ?? null,
    lastRun: lastRun && { id: runIdSchema.parse(lastRun.id), state: lastRun.state, createdAt: new Date(lastRun.createdAt).toISOString() },
  };
}
