import type { NodeId } from "#runtime/graph/ids.ts";
import { initials } from "../ui/initials.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { useFieldPeers } from "./field-peers.ts";

const SHOWN = 3;

/** Who else is in a field, beside its label. */
export function FieldPeople({ node, field }: { node: NodeId; field: string }) {
  const peers = useFieldPeers(node, field);
  if (peers.length === 0) return null;
  return (
    <ul aria-label="Also in this field" className="flex -space-x-1">
      {peers.slice(0, SHOWN).map(({ client, name, colour }) => (
        <li key={client}>
          <Tooltip text={`${name} is here`} side="top">
            <span
              role="img"
              aria-label={name}
              className="flex h-4 min-w-4 items-center justify-center rounded-full border border-surface px-0.5 font-semibold text-[9px] text-black leading-none"
              style={{ background: colour }}
            >
              {initials(name)}
            </span>
          </Tooltip>
        </li>
      ))}
      {peers.length > SHOWN && <li className="pl-1.5 text-2xs text-ink-faint">+{peers.length - SHOWN}</li>}
    </ul>
  );
}
