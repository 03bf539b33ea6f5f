import { ViewportPortal } from "@xyflow/react";
import { MousePointer2 } from "lucide-react";
import { usePeers } from "./peers.ts";

/** The pointers of the other windows, on the board. */
export function PeerCursors() {
  const peers = usePeers();
  return (
    <ViewportPortal>
      {peers.map(({ client, cursor, colour, name }) =>
        cursor ? (
          <div
            key={client}
            aria-hidden
            className="pointer-events-none absolute z-50 transition-transform duration-100 ease-linear"
            style={{ transform: `translate(${cursor.x}px, ${cursor.y}px)`, color: colour }}
          >
            <MousePointer2 size={16} fill="currentColor" />
            <span className="ml-3 rounded-sm px-1 font-medium text-2xs text-black" style={{ background: colour }}>
              {name}
            </span>
          </div>
        ) : null,
      )}
    </ViewportPortal>
  );
}
