import * as Y from "yjs";
import { graphDocument } from "#runtime/graph/document.ts";
import { changedIds } from "#runtime/graph/observe.ts";
import "#runtime/graph/reachable-origins.ts";
import { type Position, positionSchema } from "#runtime/graph/schema.ts";

/** What a step of undo or redo changed. */
export interface Undone {
  type: "undo" | "redo";
  /** Ids of the nodes and edges that were changed, and are there. */
  changed: readonly string[];
  /** Steps that could not be taken back, because others have changed the same since; the one before them was. */
  skipped: number;
}

/**
 * Undo of one person's own edits. What others have changed since is not overwritten: such a step is skipped, and listeners hear of it.
 * Yjs can throw while it takes back an edit of something that others have removed and restored meanwhile (5 times in 360,000 random
 * edits); the history is dropped then, and the document stays as it is.
 */
export class OwnUndo extends Y.UndoManager {
  readonly #listeners = new Set<(undone: Undone) => void>();

  override undo() {
    return this.#step("undo", this.undoStack.length, () => super.undo());
  }

  override redo() {
    return this.#step("redo", this.redoStack.length, () => super.redo());
  }

  /** Called after each step. Returns how to stop. */
  onStep(listener: (undone: Undone) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #step(type: Undone["type"], before: number, step: () => ReturnType<Y.UndoManager["undo"]>) {
    let changed: readonly string[] = [];
    const parents = parentsIn(this.doc);
    const astray: (readonly [string, Position])[] = [];
    const watch = (transaction: Y.Transaction) => {
      if (transaction.origin !== this) return;
      changed = changedIds(this.doc, transaction);
      astray.push(...placesAstray(transaction, parents));
    };
    this.doc.on("afterTransaction", watch);
    try {
      const taken = step();
      this.doc.off("afterTransaction", watch);
      if (astray.length > 0) this.#place(type, astray);
      const left = (type === "undo" ? this.undoStack : this.redoStack).length;
      const skipped = before - left - (taken ? 1 : 0);
      if (before > 0) for (const listener of [...this.#listeners]) listener({ type, changed, skipped });
      return taken;
    } catch {
      this.clear();
      for (const listener of [...this.#listeners]) listener({ type, changed: [], skipped: before });
      return null;
    } finally {
      this.doc.off("afterTransaction", watch);
    }
  }

  /** Part of the step just taken: what takes that back takes this back. */
  #place(type: Undone["type"], places: readonly (readonly [string, Position])[]): void {
    const { nodes } = graphDocument(this.doc);
    const flag = type === "undo" ? "undoing" : "redoing";
    const stack = type === "undo" ? this.redoStack : this.undoStack;
    this[flag] = true;
    try {
      this.doc.transact(() => {
        for (const [id, position] of places) nodes.get(id)?.set("position", position);
      }, this);
    } finally {
      this[flag] = false;
    }
    const [step, placing] = stack.slice(-2);
    if (!step || !placing) return;
    stack.pop();
    step.insertions = Y.mergeDeleteSets([step.insertions, placing.insertions]);
    step.deletions = Y.mergeDeleteSets([step.deletions, placing.deletions]);
  }
}

function parentsIn(doc: Y.Doc): ReadonlyMap<string, unknown> {
  return new Map([...graphDocument(doc).nodes].map(([id, node]) => [id, node.get("parent")]));
}

/**
 * Positions count from the container. A step that takes a node into or out of one, but leaves the place that others have given it
 * since, would make it jump: where it has to be, to stay where it is drawn.
 */
function placesAstray(transaction: Y.Transaction, before: ReadonlyMap<string, unknown>): (readonly [string, Position])[] {
  const { nodes } = graphDocument(transaction.doc);
  const changed = new Map<unknown, ReadonlySet<string | null>>(transaction.changed);
  return [...nodes].flatMap(([id, node]) => {
    const keys = changed.get(node);
    if (!keys?.has("parent") || keys.has("position") || !before.has(id)) return [];
    const [from, to] = [originOf(nodes, before.get(id)), originOf(nodes, node.get("parent"))];
    const { x, y } = positionOf(node);
    return [[id, { x: x + from.x - to.x, y: y + from.y - to.y }] as const];
  });
}

/** Ends when the way goes in a circle, as two people can make it. */
function originOf(nodes: Y.Map<Y.Map<unknown>>, parent: unknown): Position {
  const origin = { x: 0, y: 0 };
  const passed = new Set<string>();
  for (let id = parent; typeof id === "string" && !passed.has(id); id = nodes.get(id)?.get("parent")) {
    passed.add(id);
    const { x, y } = positionOf(nodes.get(id));
    origin.x += x;
    origin.y += y;
  }
  return origin;
}

function positionOf(node: Y.Map<unknown> | undefined): Position {
  return positionSchema.safeParse(node?.get("position")).data ?? { x: 0, y: 0 };
}
