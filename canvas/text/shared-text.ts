import * as Y from "yjs";
import { fieldText, graphDocument } from "#runtime/graph/document.ts";
import type { Edits, TextChange } from "#runtime/graph/edits.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import { changesBetween } from "./text-changes.ts";

/** How a text became another one. */
export interface TextEvent {
  changes: readonly TextChange[];
  /** `here`: by an edit of this window; `undo`: one of them was taken back or restored; `elsewhere`: by others. */
  by: "here" | "undo" | "elsewhere";
}

/** A config field's co-edited text, as editors bind to it. It follows the field when its text is replaced by another one. */
export interface SharedText {
  readonly node: NodeId;
  readonly field: string;
  /** Lines end with `\n` here, whatever the document says: offsets are those of editors. Empty when there is none. */
  current(): string;
  /** Whether the node is there, and the field holds text or nothing yet. */
  isThere(): boolean;
  /** Absent where nothing may be changed. Changes count one after the other; false: the field is gone. */
  readonly change: ((changes: readonly TextChange[]) => boolean) | undefined;
  readonly undo: Y.UndoManager | undefined;
  subscribe(listener: (event: TextEvent) => void): () => void;
  /** A place that stays with the text around it, as JSON; undefined when there is no text. */
  toPlace(offset: number): unknown;
  /** Where such a place is now; undefined when it is none of this text. */
  toOffset(place: unknown): number | undefined;
}

export interface SharedTextGiven {
  doc: Y.Doc;
  edits: Edits | undefined;
  undo: Y.UndoManager | undefined;
  node: NodeId;
  field: string;
}

/** The text of one field. Listens to the document only while somebody listens to it. */
export function shareText({ doc, edits, undo, node, field }: SharedTextGiven): SharedText {
  const document = graphDocument(doc);
  const read = () => fieldText(document, node, field);
  const current = () => shown(read()?.toString() ?? "");
  const config = () => document.nodes.get(node)?.get("config");
  const listeners = new Set<(event: TextEvent) => void>();
  let stop: (() => void) | undefined;
  const tell = (event: TextEvent) => {
    for (const listener of [...listeners]) listener(event);
  };
  const change = (changes: readonly TextChange[]): boolean => {
    if (!edits) return false;
    const raw = read()?.toString() ?? "";
    const clean = raw.includes("\r") ? withoutReturns(raw) : [];
    return edits.changeText(node, field, [...clean, ...changes.map((each) => ({ ...each, insert: shown(each.insert) }))]);
  };
  return {
    node,
    field,
    current,
    undo,
    isThere: () => {
      const fields = config();
      return fields instanceof Y.Map && (!fields.has(field) || fields.get(field) instanceof Y.Text);
    },
    change: edits && change,
    subscribe: (listener) => {
      listeners.add(listener);
      stop ??= follow({ doc, read, undo, tell });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    toPlace: (offset) => {
      const text = read();
      if (!text) return undefined;
      const at = rawOffset(text.toString(), offset);
      // with the character before it: what others type right at a caret comes behind it, as in the editor of its owner
      return Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, Math.min(at, text.length), -1));
    },
    toOffset: (place) => {
      const text = read();
      const index = text && resolved(text, place);
      return text && index !== undefined ? shown(text.toString().slice(0, index)).length : undefined;
    },
  };
}

interface Followed {
  doc: Y.Doc;
  read(): Y.Text | undefined;
  undo: Y.UndoManager | undefined;
  tell(event: TextEvent): void;
}

function follow({ doc, read, undo, tell }: Followed): () => void {
  let bound = read();
  let last = shown(bound?.toString() ?? "");
  let pending: TextChange[] | undefined;
  const onText = (event: Y.YTextEvent) => {
    pending = deltaChanges(event.delta);
  };
  const onTransaction = (transaction: Y.Transaction) => {
    const text = read();
    if (text === bound && !pending) return;
    if (text !== bound) {
      bound?.unobserve(onText);
      text?.observe(onText);
      bound = text;
      pending = undefined;
    }
    const raw = text?.toString() ?? "";
    const next = shown(raw);
    const isPlain = pending !== undefined && raw === next && withLength(last, pending) === next.length;
    const changes = isPlain && pending ? pending : changesBetween(last, next);
    last = next;
    pending = undefined;
    if (changes.length > 0) tell({ changes, by: transaction.origin === undo && undo ? "undo" : transaction.local ? "here" : "elsewhere" });
  };
  bound?.observe(onText);
  doc.on("afterTransaction", onTransaction);
  return () => {
    bound?.unobserve(onText);
    doc.off("afterTransaction", onTransaction);
  };
}

/** How long the text is after the changes: tells when lines with other ends were among them. */
function withLength(text: string, changes: readonly TextChange[]): number {
  return changes.reduce((length, { remove, insert }) => length + insert.length - remove, text.length);
}

function deltaChanges(delta: Y.YTextEvent["delta"]): TextChange[] {
  const changes: TextChange[] = [];
  let at = 0;
  for (const { retain = 0, insert, delete: remove = 0 } of delta) {
    at += retain;
    if (typeof insert === "string") {
      changes.push({ at, remove: 0, insert });
      at += insert.length;
    }
    if (remove > 0) changes.push({ at, remove, insert: "" });
  }
  return changes;
}

function resolved(text: Y.Text, place: unknown): number | undefined {
  try {
    const position = Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(place), text.doc as Y.Doc);
    return position?.type === text ? position.index : undefined;
  } catch {
    // anybody may send anything
    return undefined;
  }
}

/** Lines end with `\n` in every editor of the browser. */
function shown(raw: string): string {
  return raw.includes("\r") ? raw.replaceAll(/\r\n?/g, "\n") : raw;
}

/** Changes that leave the text as editors show it. */
function withoutReturns(raw: string): TextChange[] {
  const found = [...raw.matchAll(/\r\n?/g)].map(({ index, 0: end }) => ({ at: index, remove: end.length, insert: "\n" }));
  return found.reverse();
}

function rawOffset(raw: string, offset: number): number {
  if (!raw.includes("\r")) return offset;
  let at = 0;
  for (let seen = 0; seen < offset && at < raw.length; seen++) at += raw.startsWith("\r\n", at) ? 2 : 1;
  return at;
}
