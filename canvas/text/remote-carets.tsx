import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import type { FieldPeer } from "./field-peers.ts";
import { useFieldPeers } from "./field-peers.ts";
import { type DrawnPart, measureText } from "./measure-text.ts";
import type { SharedText } from "./shared-text.ts";

interface DrawnPeer {
  peer: FieldPeer;
  caret: DrawnPart | undefined;
  selection: readonly DrawnPart[];
}

const NONE: readonly DrawnPeer[] = [];

/** The carets and selections of the others, over a text area. */
export function RemoteCarets({ area, shared, text }: { area: RefObject<HTMLTextAreaElement | null>; shared: SharedText; text: string }) {
  const peers = useFieldPeers(shared.node, shared.field);
  const [drawn, setDrawn] = useState<readonly DrawnPeer[]>(NONE);
  const [scroll, setScroll] = useState({ left: 0, top: 0 });
  const [size, setSize] = useState(0);
  const hasPeers = peers.length > 0;
  useEffect(() => {
    const element = area.current;
    if (!element || !hasPeers) return;
    const onScroll = () => setScroll({ left: element.scrollLeft, top: element.scrollTop });
    onScroll();
    element.addEventListener("scroll", onScroll);
    const observer = new ResizeObserver(() => setSize(element.clientWidth));
    observer.observe(element);
    return () => {
      element.removeEventListener("scroll", onScroll);
      observer.disconnect();
    };
  }, [area, hasPeers]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: text and size are what the places are measured in
  useLayoutEffect(() => {
    const element = area.current;
    setDrawn(element && peers.length > 0 ? draw(element, peers, shared) : NONE);
  }, [area, peers, shared, text, size]);
  if (drawn.length === 0) return null;
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0 overflow-hidden rounded-md">
      <div style={{ transform: `translate(${-scroll.left}px, ${-scroll.top}px)` }}>
        {drawn.map(({ peer, caret, selection }) => (
          <div key={peer.client} data-remote-caret={peer.name}>
            {selection.map((part) => (
              <div key={`${part.top}/${part.left}`} className="absolute opacity-30" style={{ ...part, background: peer.colour }} />
            ))}
            {caret && <Caret peer={peer} at={caret} />}
          </div>
        ))}
      </div>
    </div>
  );
}

function Caret({ peer, at }: { peer: FieldPeer; at: DrawnPart }) {
  const isFirstLine = at.top < 18;
  return (
    <div className="absolute w-0.5" style={{ left: at.left - 1, top: at.top, height: at.height, background: peer.colour }}>
      <span
        className="absolute left-0 max-w-32 truncate whitespace-nowrap rounded-sm px-1 font-medium text-[10px] text-black leading-3.5"
        style={{ background: peer.colour, ...(isFirstLine ? { top: at.height } : { bottom: at.height }) }}
      >
        {peer.name}
      </span>
    </div>
  );
}

function draw(element: HTMLTextAreaElement, peers: readonly FieldPeer[], shared: SharedText): readonly DrawnPeer[] {
  const placed = peers.flatMap((peer) => {
    const head = shared.toOffset(peer.head);
    if (head === undefined) return [];
    const anchor = shared.toOffset(peer.anchor) ?? head;
    return [{ peer, head, range: [Math.min(anchor, head), Math.max(anchor, head)] as const }];
  });
  if (placed.length === 0) return NONE;
  const parts = measureText(
    element,
    placed.flatMap(({ head, range }) => [[head, head] as const, range]),
  );
  return placed.map(({ peer, range }, index) => ({
    peer,
    caret: parts[2 * index]?.[0],
    selection: range[0] === range[1] ? [] : (parts[2 * index + 1] ?? []),
  }));
}
