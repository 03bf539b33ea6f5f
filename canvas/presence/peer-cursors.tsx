import { useStore, ViewportPortal } from "@xyflow/react";
import { MousePointer2 } from "lucide-react";
import { type CSSProperties, memo, type ReactNode, useEffect, useRef } from "react";
import "./presence.css";
import { FollowFrame } from "./follow-frame.tsx";
import { PeerDragBox } from "./peer-drag-box.tsx";
import type { Peer, PeerStore } from "./peer-store.ts";
import { usePeerStore, usePeers } from "./peers.ts";

/** Milliseconds without a move after which a pointer fades. */
const IDLE_MS = 6_000;

/** The pointers of the other windows, on the board, and around it whom one follows. */
export function PeerCursors() {
  const peers = usePeers();
  const store = usePeerStore();
  return (
    <>
      {store && (
        <ViewportPortal>
          <SameSize>
            {peers.map((peer) => (
              <PeerDragBox key={`box ${peer.client}`} client={peer.client} name={peer.name} colour={peer.colour} store={store} />
            ))}
            {peers.map((peer) => (
              <PeerCursor key={peer.client} client={peer.client} name={peer.name} colour={peer.colour} store={store} />
            ))}
          </SameSize>
        </ViewportPortal>
      )}
      <FollowFrame />
    </>
  );
}

/** Pointers and names are as large at every zoom. */
function SameSize({ children }: { children: ReactNode }) {
  const zoom = useStore(({ transform }) => transform[2]);
  return <div style={{ "--unzoom": 1 / zoom } as CSSProperties}>{children}</div>;
}

interface PeerCursorProps extends Pick<Peer, "client" | "name" | "colour"> {
  store: PeerStore;
}

/** Moves without being drawn anew. */
const PeerCursor = memo(function PeerCursor({ client, name, colour, store }: PeerCursorProps) {
  const place = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    let idle: ReturnType<typeof setTimeout> | undefined;
    const fade = () => place.current?.setAttribute("data-idle", "");
    const move = () => {
      const element = place.current;
      const at = store.cursorOf(client);
      if (!element) return;
      const wasHidden = element.style.visibility === "hidden";
      element.style.visibility = at ? "visible" : "hidden";
      if (!at) return;
      // who comes back comes from nowhere
      element.style.transitionDuration = wasHidden ? "0ms" : "";
      element.style.transform = `translate(${at.x}px, ${at.y}px)`;
      element.removeAttribute("data-idle");
      clearTimeout(idle);
      idle = setTimeout(fade, IDLE_MS);
    };
    move();
    const stop = store.subscribe(`cursor ${client}`, move);
    return () => {
      stop();
      clearTimeout(idle);
    };
  }, [store, client]);
  return (
    <div
      ref={place}
      aria-hidden
      data-peer={name}
      className="peer-cursor pointer-events-none absolute z-50 will-change-transform data-idle:opacity-35"
      style={{ color: colour, visibility: "hidden" }}
    >
      <div className="origin-top-left" style={{ scale: "var(--unzoom)" }}>
        <MousePointer2 size={18} fill="currentColor" stroke="black" strokeOpacity={0.45} />
        <span className="-mt-0.5 ml-3.5 block w-max max-w-40 truncate rounded-md px-1.5 py-0.5 font-medium text-2xs text-black" style={{ background: colour }}>
          {name}
        </span>
      </div>
    </div>
  );
});
