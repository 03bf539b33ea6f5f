import { Panel } from "@xyflow/react";
import { useEffect, useRef, useState } from "react";
import { useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { isFollowedBy, useFollowing } from "./following.ts";
import type { Peer } from "./peer-store.ts";
import { usePeers } from "./peers.ts";
import { useFollow } from "./use-follow.ts";

/** Around the board while it shows somebody else's view; and what somebody says who asks to be followed. */
export function FollowFrame() {
  const { leader, end } = useFollow();
  const caller = useCaller();
  return (
    <>
      {leader && <div aria-hidden className="pointer-events-none absolute inset-0 z-10 border-3" style={{ borderColor: leader.colour }} />}
      {leader && (
        <Panel position="top-center">
          <div
            className="flex items-center gap-2 rounded-lg py-1 pr-1 pl-3 font-medium text-black text-xs shadow-overlay"
            style={{ background: leader.colour }}
          >
            <span className="max-w-48 truncate">Following {leader.name}</span>
            <button
              ref={takeFocus}
              type="button"
              onClick={end}
              className="flex items-center gap-1.5 rounded-md bg-black/80 px-2 py-1 text-white hover:bg-black"
            >
              Stop <Kbd keys="Escape" onFill />
            </button>
          </div>
        </Panel>
      )}
      {caller.peer && !leader && (
        <Panel position="top-center">
          <div
            role="alert"
            className="flex items-center gap-2 rounded-lg border bg-overlay p-1.5 pl-3 text-xs shadow-overlay"
            style={{ borderColor: caller.peer.colour }}
          >
            <span className="max-w-64 truncate">{caller.peer.name} asks you to follow</span>
            <Button size="small" look="primary" onClick={caller.accept}>
              Follow
            </Button>
            <Button size="small" look="quiet" onClick={caller.dismiss}>
              Not now
            </Button>
          </div>
        </Panel>
      )}
    </>
  );
}

/** Whoever began to follow ends it with one key. */
function takeFocus(button: HTMLElement | null): void {
  button?.focus({ preventScroll: true });
}

/** Milliseconds for which a call can be answered. */
const CALL_MS = 20_000;

/** Who asked last to be followed. */
function useCaller() {
  const { awareness } = useEditor();
  const peers = usePeers();
  const heard = useRef<ReadonlyMap<number, number> | undefined>(undefined);
  const [client, setClient] = useState<number | undefined>(undefined);
  useEffect(() => {
    const before = heard.current;
    heard.current = new Map(peers.map((peer) => [peer.client, peer.calls]));
    // what was asked before this window came is over
    const asks = before && peers.find((peer) => before.has(peer.client) && peer.calls > (before.get(peer.client) ?? 0));
    if (!asks) return;
    setClient(asks.client);
    announce(`${asks.name} asks you to follow.`);
  }, [peers]);
  useEffect(() => {
    if (client === undefined) return;
    const timer = setTimeout(() => setClient(undefined), CALL_MS);
    return () => clearTimeout(timer);
  }, [client]);
  const peer: Peer | undefined = peers.find((one) => one.client === client);
  return {
    peer: peer && awareness && !isFollowedBy(peers, peer.client, awareness.clientID) ? peer : undefined,
    accept: () => {
      if (peer) useFollowing.getState().follow(peer.client);
      setClient(undefined);
    },
    dismiss: () => setClient(undefined),
  };
}
