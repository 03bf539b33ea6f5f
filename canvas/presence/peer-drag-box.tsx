import { memo, useEffect, useRef } from "react";
import type { Peer, PeerStore } from "./peer-store.ts";

interface PeerDragBoxProps extends Pick<Peer, "client" | "name" | "colour"> {
  store: PeerStore;
}

/** Around the many nodes another window drags: they stand still here until they are dropped. Moves without being drawn anew. */
export const PeerDragBox = memo(function PeerDragBox({ client, name, colour, store }: PeerDragBoxProps) {
  const place = useRef<HTMLDivElement | null>(null);
  useEffect(() => {
    const move = () => {
      const box = store.boxOf(client);
      const style = place.current?.style;
      if (!style) return;
      style.visibility = box ? "visible" : "hidden";
      if (!box) return;
      style.transform = `translate(${box.x}px, ${box.y}px)`;
      style.width = `${box.width}px`;
      style.height = `${box.height}px`;
    };
    move();
    return store.subscribe(`box ${client}`, move);
  }, [store, client]);
  return (
    <div
      ref={place}
      aria-hidden
      data-drag-box={name}
      className="pointer-events-none absolute z-40 rounded-lg"
      style={{ outline: `calc(2px * var(--unzoom)) dashed ${colour}`, visibility: "hidden" }}
    />
  );
});
