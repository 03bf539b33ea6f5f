import { useEffect, useMemo } from "react";
import type { Position } from "#runtime/graph/schema.ts";
import { useBoard } from "../board/board-store.ts";
import { useEditor } from "../document/editor-context.ts";
import { useSession } from "../session/use-session.ts";
import { ownIdentity } from "./identity.ts";

/** Awareness messages a window may send: 10 a second (`quality.md`, limits). */
const PERIOD_MS = 110;

const MAX_NAME = 40;

export interface OwnPresence {
  /** Where the pointer is on the board; undefined when it left. */
  point(at: Position | undefined): void;
  /** Where dragged nodes are; undefined when they were dropped. */
  drag(positions: Record<string, Position> | undefined): void;
}

/** Tells the other windows where this one is: who, pointer, selection, drags. */
export function useOwnPresence(): OwnPresence {
  const { awareness } = useEditor();
  const selected = useBoard((state) => state.selectedNodes);
  const caller = useSession()?.caller;
  const name = caller?.kind === "user" ? caller.name.slice(0, MAX_NAME) : undefined;
  const own = useMemo(() => createSender((field, value) => awareness?.setLocalStateField(field, value)), [awareness]);
  useEffect(() => {
    awareness?.setLocalStateField("user", { ...ownIdentity(), ...(name !== undefined && { name }) });
  }, [awareness, name]);
  useEffect(() => () => own.stop(), [own]);
  useEffect(() => own.send("selected", selected.slice(0, 100)), [own, selected]);
  return useMemo(() => ({ point: (at) => own.send("cursor", at ?? null), drag: (positions) => own.send("drags", positions ?? null) }), [own]);
}

/** Sends the latest value of each field, at most once in a period. */
function createSender(write: (field: string, value: unknown) => void) {
  const waiting = new Map<string, unknown>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    const [first] = waiting;
    if (!first) return;
    waiting.delete(first[0]);
    write(first[0], first[1]);
    timer = setTimeout(flush, PERIOD_MS);
  };
  return {
    send: (field: string, value: unknown) => {
      waiting.set(field, value);
      if (timer === undefined) flush();
    },
    stop: () => clearTimeout(timer),
  };
}
