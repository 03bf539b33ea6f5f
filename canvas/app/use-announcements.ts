import { useEffect, useRef } from "react";
import type { Transaction } from "yjs";
import type { NodeId } from "#runtime/graph/ids.ts";
import { useEditor } from "../document/editor-context.ts";
import { usePeers } from "../presence/peers.ts";
import { announce } from "../ui/announce.ts";
import { addedText, arrivalText } from "./announced-texts.ts";

/** Tells who listens what has happened to the graph beside what commands say themselves: what was added, taken back, and who came and went. */
export function useAnnouncements(): void {
  useAnnouncedAdditions();
  useAnnouncedUndo();
  useAnnouncedPeers();
}

function useAnnouncedAdditions(): void {
  const { edits, graph, awareness } = useEditor();
  useEffect(() => {
    const doc = awareness?.doc;
    if (!edits || !doc) return;
    let known: ReadonlySet<NodeId> = new Set(graph.current().nodes.map(({ id }) => id));
    // the graph follows the document first, since it was there first
    const onTransaction = ({ origin }: Transaction) => {
      const { nodes } = graph.current();
      const added = nodes.filter(({ id }) => !known.has(id));
      if (added.length === 0 && nodes.length === known.size) return;
      known = new Set(nodes.map(({ id }) => id));
      if (origin === edits.origin && added.length > 0) announce(addedText(added.map(({ label }) => label)));
    };
    doc.on("afterTransaction", onTransaction);
    return () => doc.off("afterTransaction", onTransaction);
  }, [edits, graph, awareness]);
}

function useAnnouncedUndo(): void {
  const { undo } = useEditor();
  useEffect(() => {
    const onPopped = ({ type }: { type: "undo" | "redo" }) => announce(type === "undo" ? "Undone" : "Done again");
    undo?.on("stack-item-popped", onPopped);
    return () => undo?.off("stack-item-popped", onPopped);
  }, [undo]);
}

/** Somebody who reloads their page is gone for a moment only. */
const PATIENCE_MS = 2_500;

function useAnnouncedPeers(): void {
  const peers = usePeers();
  const known = useRef<readonly string[] | undefined>(undefined);
  const names = [...new Set(peers.map(({ name }) => name))].sort();
  const key = JSON.stringify(names);
  useEffect(() => {
    const now: readonly string[] = JSON.parse(key);
    const timer = setTimeout(() => {
      const before = known.current;
      known.current = now;
      const text = before === undefined ? (now.length > 0 ? arrivalText([], now) : "") : arrivalText(before, now);
      if (text !== "") announce(text);
    }, PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [key]);
}
