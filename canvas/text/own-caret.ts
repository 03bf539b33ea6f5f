import type { Awareness } from "y-protocols/awareness";
import type { NodeId } from "#runtime/graph/ids.ts";
import { ownPresence, sendPresence } from "../presence/send-presence.ts";

/** Where this window's person is: in a field of a node, and in a text at a place that stays with the text around it. */
export interface OwnCaret {
  node: NodeId;
  /** JSON pointer in the node's config, without the first slash. */
  field: string;
  anchor?: unknown;
  head?: unknown;
}

/** Tells the others where this window's caret is; null: in no field. */
export function tellCaret(awareness: Awareness | undefined, caret: OwnCaret | null): void {
  if (awareness) sendPresence(awareness, "caret", caret);
}

/** Leaves a field, unless the person is in another one by now. */
export function leaveField(awareness: Awareness | undefined, from: OwnCaret): void {
  const at = awareness && (ownPresence(awareness, "caret") as OwnCaret | null | undefined);
  if (at && at.node === from.node && at.field === from.field) tellCaret(awareness, null);
}
