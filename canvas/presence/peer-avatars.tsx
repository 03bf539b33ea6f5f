import { initials } from "../ui/initials.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { usePeers } from "./peers.ts";

const SHOWN = 4;

/** Who else is here. */
export function PeerAvatars() {
  const peers = usePeers();
  if (peers.length === 0) return null;
  return (
    <ul aria-label="Also here" className="flex -space-x-1.5">
      {peers.slice(0, SHOWN).map(({ client, name, colour }) => (
        <li key={client}>
          <Tooltip text={name} side="bottom">
            <span
              role="img"
              aria-label={name}
              className="flex size-6 items-center justify-center rounded-full border-2 border-surface font-semibold text-2xs text-black"
              style={{ background: colour }}
            >
              {initials(name)}
            </span>
          </Tooltip>
        </li>
      ))}
      {peers.length > SHOWN && (
        <li className="flex size-6 items-center justify-center rounded-full border-2 border-surface bg-raised text-2xs">+{peers.length - SHOWN}</li>
      )}
    </ul>
  );
}
