import * as Y from "yjs";
import { ROOTS } from "#runtime/graph/document.ts";
import { checkKey, checkLength, checkValue } from "./check-value.ts";
import { DOCUMENT_LIMITS } from "./limits.ts";
import { malformed } from "./verdict.ts";

const roots: ReadonlySet<string> = new Set(ROOTS);

/**
 * Looks at an update before it touches any document: decodes it by itself and refuses what our documents never hold. This is what keeps
 * Yjs from being handed structs of no length (which spoil its store), counts and clocks made up to hang it, sub-documents, foreign types.
 * Throws RefusedError, and whatever Yjs throws at bytes that are no update.
 */
export function checkStructs(update: Uint8Array): void {
  const { structs, ds } = Y.decodeUpdate(update);
  for (const struct of structs) {
    checkSpan(struct.id.clock, struct.length);
    if (struct instanceof Y.Item) checkItem(struct);
  }
  for (const spans of ds.clients.values()) for (const { clock, len } of spans) checkSpan(clock, len);
}

function checkSpan(clock: number, length: number): void {
  if (length < 1) throw malformed("A struct has no length.");
  if (clock + length > DOCUMENT_LIMITS.clock) throw malformed("A clock is out of range.");
}

function checkItem(item: Y.Item): void {
  // decoded by itself, an item names its root by text
  const parent: unknown = item.parent;
  if (typeof parent === "string" && !roots.has(parent)) throw malformed(`There is no root "${parent.slice(0, 50)}".`);
  if (item.parentSub !== null) checkKey(item.parentSub);
  const { content } = item;
  if (content instanceof Y.ContentAny) {
    // several, when a client keeps overwritten values for its undo
    for (const value of content.arr) checkValue(value);
  } else if (content instanceof Y.ContentString) checkLength(content.str.length);
  else if (!(content instanceof Y.ContentDeleted || isType(content))) throw malformed(`A document holds no ${content.constructor.name}.`);
}

function isType(content: Y.Item["content"]): boolean {
  return content instanceof Y.ContentType && (content.type.constructor === Y.Map || content.type.constructor === Y.Text);
}
