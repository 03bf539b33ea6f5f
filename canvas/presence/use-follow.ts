import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo } from "react";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { announce } from "../ui/announce.ts";
import { useFollowing, viewLike } from "./following.ts";
import type { Peer } from "./peer-store.ts";
import { usePeerStore, usePeers } from "./peers.ts";
import { sendPresence } from "./send-presence.ts";

/** As long as the time between two messages, so that the view moves evenly. */
const MOVE_MS = 120;

/** Makes this window's view that of another one, until that leaves, or somebody moves the board here. Answers whom it follows. */
export function useFollow(): { leader: Peer | undefined; end(): void } {
  const { awareness } = useEditor();
  const client = useFollowing((state) => state.client);
  const peers = usePeers();
  const leader = peers.find((peer) => peer.client === client);
  const name = leader?.name;
  const isGone = client !== undefined && leader === undefined;
  const end = useCallback(() => {
    if (useFollowing.getState().client === undefined) return;
    useFollowing.getState().end();
    announce("You see your own view again.");
  }, []);
  useMoves({ client: leader?.client, end });
  useEffect(() => {
    if (isGone) end();
  }, [isGone, end]);
  useEffect(() => {
    if (awareness) sendPresence(awareness, "follows", client ?? null);
  }, [awareness, client]);
  useEffect(() => {
    if (name !== undefined) announce(`You follow ${name}. Escape ends it.`);
  }, [name]);
  // another graph is another board
  useEffect(() => () => useFollowing.getState().end(), []);
  const isFollowing = leader !== undefined;
  useProvideCommands(
    useMemo(
      (): Command[] =>
        isFollowing
          ? [
              {
                id: "end-following",
                title: "Stop following",
                group: "Together",
                keys: ["Escape"],
                keywords: ["view", "presence"],
                run: end,
              },
            ]
          : NONE,
      [isFollowing, end],
    ),
  );
  return { leader, end };
}

const NONE: Command[] = [];

function useMoves({ client, end }: { client: number | undefined; end(): void }): void {
  const store = usePeerStore();
  const flow = useReactFlow();
  const flowStore = useStoreApi();
  useEffect(() => {
    if (client === undefined || !store) return;
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const move = () => {
      const view = store.viewOf(client);
      const { width, height } = flowStore.getState();
      if (view && width > 0)
        void flow.setViewport(viewLike(view, { width, height }), {
          duration: isCalm ? 0 : MOVE_MS,
        });
    };
    move();
    const board = flowStore.getState().domNode;
    const onPointerDown = (event: PointerEvent) => {
      const isPan = event.target instanceof Element && event.target.closest(".react-flow__pane, .react-flow__minimap, .react-flow__controls") !== null;
      if (isPan || event.button === 1) end();
    };
    board?.addEventListener("wheel", end, { passive: true, capture: true });
    board?.addEventListener("pointerdown", onPointerDown, { capture: true });
    const stops = [
      store.subscribe(`view ${client}`, move),
      flowStore.subscribe((state, before) => (state.width !== before.width || state.height !== before.height) && move()),
    ];
    return () => {
      for (const stop of stops) stop();
      board?.removeEventListener("wheel", end, { capture: true });
      board?.removeEventListener("pointerdown", onPointerDown, {
        capture: true,
      });
    };
  }, [client, store, flow, flowStore, end]);
}
