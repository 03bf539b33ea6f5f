import type { Graph } from "#runtime/graph/schema.ts";
import { nodesById } from "../document/editor-context.ts";
import type { Peer } from "./peer-store.ts";

/** Somebody who is here, with however many windows. */
export interface PersonHere {
  key: string;
  name: string;
  colour: string;
  /** The person of this window, in another one. */
  isSelf: boolean;
  windows: readonly [Peer, ...Peer[]];
}

/** The people of the other windows, each once. */
export function peopleHere(peers: readonly Peer[], self: string | undefined): PersonHere[] {
  const people = new Map<string, PersonHere>();
  for (const peer of peers) {
    const key = peer.id ?? `window ${peer.client}`;
    const known = people.get(key);
    people.set(
      key,
      known
        ? { ...known, windows: [...known.windows, peer] }
        : {
            key,
            name: peer.name,
            colour: peer.colour,
            isSelf: peer.id !== undefined && peer.id === self,
            windows: [peer],
          },
    );
  }
  return [...people.values()];
}

/** What somebody is doing, in words: the field they are in, or what they have selected. */
export function whereIs({ caret, selected }: Pick<Peer, "caret" | "selected">, graph: Graph): string {
  const labelOf = (node: string) => nodesById(graph).get(node as never)?.label;
  const inField = caret && labelOf(caret.node);
  if (caret && inField !== undefined) return `in “${caret.field}” of ${inField}`;
  const labels = selected.flatMap((node) => labelOf(node) ?? []);
  if (labels.length === 0) return "";
  return labels.length === 1 ? `${labels[0]} selected` : `${labels.length} nodes selected`;
}
