import type { NodeId } from "#runtime/graph/ids.ts";
import { usePeersOn } from "./peers.ts";

const SHOWN = 4;
const APART = 4;

/** On a node that several others have selected: a ring for each beyond the first, whose ring is the card's own. */
export function PeerRings({ node }: { node: NodeId }) {
  const peers = usePeersOn(node);
  return peers.slice(1, SHOWN).map(({ colour, name }, index) => {
    const inset = -(4 + (index + 1) * APART);
    return (
      <span
        key={`${name}${colour}`}
        aria-hidden
        className="pointer-events-none absolute rounded-xl border-2"
        style={{ inset, borderColor: colour, borderRadius: 10 - inset }}
      />
    );
  });
}
