import type { Identity } from "./identity.ts";

/** On a node that somebody else has selected: who, since a colour alone does not say it. */
export function PeerName({ peer }: { peer: Identity | undefined }) {
  if (!peer) return null;
  return (
    <span className="absolute -top-5 left-0 whitespace-nowrap rounded-sm px-1 font-medium text-2xs text-black" style={{ background: peer.colour }}>
      {peer.name}
    </span>
  );
}
