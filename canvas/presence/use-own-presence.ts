import { useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useMemo } from "react";
import type { Awareness } from "y-protocols/awareness";
import type { Position } from "#runtime/graph/schema.ts";
import { useBoard } from "../board/board-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { useStanding } from "../session/standing.ts";
import { useSession } from "../session/use-session.ts";
import { colourOf } from "./colours.ts";
import { ownIdentity } from "./identity.ts";
import type { PeerBox } from "./peer-state.ts";
import { sendPresence } from "./send-presence.ts";

const MAX_NAME = 40;

export interface OwnPresence {
  /** Where the pointer is on the board; undefined when it left. */
  point(at: Position | undefined): void;
  /** Where dragged nodes are; undefined when they were dropped. */
  drag(positions: Record<string, Position> | undefined): void;
  /** Around dragged nodes that are too many to tell of each; undefined when they were dropped. */
  dragBox(box: PeerBox | undefined): void;
}

/** Tells the other windows where this one is: who, pointer, selection, drags, view. */
export function useOwnPresence(): OwnPresence {
  const { awareness } = useEditor();
  const selected = useBoard((state) => state.selectedNodes);
  useTellUser(awareness);
  useTellView(awareness);
  const send = useCallback((field: string, value: unknown) => awareness && sendPresence(awareness, field, value), [awareness]);
  useEffect(() => void send("selected", selected.slice(0, 100)), [send, selected]);
  return useMemo(
    () => ({
      point: (at) => void send("cursor", at ? rounded(at) : null),
      drag: (positions) => void send("drags", positions ?? null),
      dragBox: (box) => void send("dragBox", box ?? null),
    }),
    [send],
  );
}

function rounded({ x, y }: Position): Position {
  return { x: Math.round(x), y: Math.round(y) };
}

function useTellUser(awareness: Awareness | undefined): void {
  const caller = useSession()?.caller;
  const standing = useStanding();
  const user = JSON.stringify({
    ...ownIdentity(),
    // two windows of one person are one person
    ...(caller?.kind === "user" && {
      id: caller.id,
      name: caller.name.slice(0, MAX_NAME),
      colour: colourOf(caller.id),
    }),
    ...(caller?.kind === "user" && {
      role: standing?.workspace?.role ?? "shared",
    }),
    ...(caller?.kind === "guest" && { role: "guest" }),
    ...(standing && !standing.actions.includes("graph.edit") && { viewing: true }),
  });
  useEffect(() => {
    if (awareness) sendPresence(awareness, "user", JSON.parse(user));
  }, [awareness, user]);
}

/** For those who follow: what this window shows of the board. */
function useTellView(awareness: Awareness | undefined): void {
  const flow = useStoreApi();
  useEffect(() => {
    const tell = () => {
      const { width, height, transform } = flow.getState();
      const [x, y, zoom] = transform;
      if (awareness && width > 0 && height > 0)
        sendPresence(awareness, "view", {
          x: Math.round(x),
          y: Math.round(y),
          zoom: Number(zoom.toFixed(4)),
          width,
          height,
        });
    };
    tell();
    // the library tells only one listener of changes of the view; the board's size changes with the panels beside it
    return flow.subscribe((now, before) => {
      if (now.transform !== before.transform || now.width !== before.width || now.height !== before.height) tell();
    });
  }, [awareness, flow]);
}
