import { type AbstractType, Item } from "yjs";

const integrate = Item.prototype.integrate;

/**
 * Keeps copies of a document equal after an undo. Yjs restores a removed piece of a list or text between the neighbours it had, which it looks for
 * one by one: after some edits the right one can come to stand before the left one. Such a piece has no place that all copies agree on, and each puts
 * it where its own order of arrival leads (yjs/yjs#794; this is the remedy proposed there). Here the right neighbour becomes the one that really follows.
 * Of no cost to other edits, whose neighbours always touch. Goes away with a version of Yjs that does this itself: then the test beside it passes without.
 */
Item.prototype.integrate = function (transaction, offset) {
  const isMadeHere = transaction.local && offset === 0 && this.id.client === transaction.doc.clientID;
  if (isMadeHere && this.parentSub === null && this.right !== null) {
    const next = this.left === null ? (this.parent as AbstractType<unknown>)._start : this.left.right;
    if (!isReachable(this.right, next)) {
      this.right = next;
      this.rightOrigin = next?.id ?? null;
    }
  }
  integrate.call(this, transaction, offset);
};

function isReachable(wanted: Item, first: Item | null): boolean {
  for (let item = first; item !== null; item = item.right) if (item === wanted) return true;
  return false;
}
