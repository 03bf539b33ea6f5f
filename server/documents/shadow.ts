import * as Y from "yjs";
import { type GraphDocument, graphDocument } from "#runtime/graph/document.ts";
import { checkTouched } from "./check-records.ts";
import { checkStructs } from "./check-structs.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";
import { malformed, overLimit, RefusedError, type Verdict } from "./verdict.ts";

/** A copy of a document to try updates on. */
export interface Shadow {
  /**
   * Tries an update. With `salvage`, leaves out what builds on missing updates instead of calling the whole incomplete: for the answer to a
   * resync, after which nothing more can come.
   */
  check(update: Uint8Array, given: { salvage: boolean }): Verdict;
  /** Takes in an update that was checked elsewhere, and builds on nothing that is missing here. */
  absorb(update: Uint8Array): void;
  /** True once a refused update has left its marks: it must not be used again. */
  isSpoiled(): boolean;
}

/** `parts` are updates that were checked before. */
export function createShadow(parts: readonly Uint8Array[]): Shadow {
  const document = graphDocument(new Y.Doc());
  const { doc } = document;
  let bytes = 0;
  for (const part of parts) {
    Y.applyUpdate(doc, part);
    bytes += part.byteLength;
  }
  let isSpoiled = false;
  return {
    isSpoiled: () => isSpoiled,
    absorb: (update) => {
      Y.applyUpdate(doc, update);
      bytes += update.byteLength;
      isSpoiled ||= doc.store.pendingStructs !== null || doc.store.pendingDs !== null;
    },
    check: (update, { salvage }) => {
      if (isSpoiled) return { type: "unavailable" };
      try {
        if (update.byteLength > DOCUMENT_LIMITS.updateBytes) throw overLimit("An update is larger than 12 MiB.");
        checkStructs(update);
      } catch (error) {
        return refusalOf(error);
      }
      isSpoiled = true;
      try {
        const { verdict, size } = apply(document, { update, salvage, bytes });
        isSpoiled = verdict.type !== "ok";
        bytes = size;
        return verdict;
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

function apply(document: GraphDocument, given: { update: Uint8Array; salvage: boolean; bytes: number }): { verdict: Verdict; size: number } {
  const { doc } = document;
  const { store } = doc;
  let added: Uint8Array | undefined;
  let transaction: Y.Transaction | undefined;
  const onUpdate = (update: Uint8Array) => {
    added = update;
  };
  const onTransaction = (ended: Y.Transaction) => {
    transaction = ended;
  };
  doc.on("update", onUpdate);
  doc.on("afterTransaction", onTransaction);
  try {
    Y.applyUpdate(doc, given.update);
  } finally {
    doc.off("update", onUpdate);
    doc.off("afterTransaction", onTransaction);
  }
  if (store.pendingStructs !== null || store.pendingDs !== null) {
    if (!given.salvage) return { verdict: { type: "incomplete" }, size: given.bytes };
    store.pendingStructs = null;
    store.pendingDs = null;
  }
  if (!added || !transaction) return { verdict: { type: "ok" }, size: given.bytes };
  if (doc.subdocs.size > 0) throw malformed("A document holds no documents.");
  checkTouched(document, transaction.changed);
  const size = sizeWithin(doc, given.bytes + added.byteLength);
  return { verdict: { type: "ok", update: added, ...aboutOf(document, transaction) }, size };
}

/** Adding up the updates overstates the size, so the document is measured only when the sum says it is too large. */
function sizeWithin(doc: Y.Doc, estimate: number): number {
  const size = estimate <= DOCUMENT_LIMITS.documentBytes ? estimate : Y.encodeStateAsUpdate(doc).byteLength;
  if (size > DOCUMENT_LIMITS.documentBytes) throw overLimit("The document would be larger than 10 MiB.");
  return size;
}

function aboutOf({ graph }: GraphDocument, transaction: Y.Transaction): { about?: { name: string; description: string } } {
  const changed = [...transaction.changed].some(([type, keys]) => Object.is(type, graph) && (keys.has("name") || keys.has("description")));
  if (!changed) return {};
  return { about: { name: String(graph.get("name") ?? ""), description: String(graph.get("description") ?? "") } };
}

function refusalOf(error: unknown): Verdict {
  if (error instanceof RefusedError) return error.refusal;
  return { type: "malformed", reason: `This is no update of a document: ${error instanceof Error ? error.message : String(error)}`.slice(0, 300) };
}
