import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useRef } from "react";
import { toast } from "sonner";
import { catalog } from "#nodes/catalog.data.ts";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { GraphNode, Position } from "#runtime/graph/schema.ts";
import { type BoardEdge, type BoardNode, useBoardStore } from "../board/board-store.ts";
import { drawnBoxes } from "../board/drawn-boxes.ts";
import { frameMinSize } from "../board/frame-rows.ts";
import { frameSize, isFrame } from "../board/frames.ts";
import { CARD } from "../board/free-position.ts";
import { asOneStep } from "../board/one-step.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import { nodePorts } from "../document/node-ports.ts";
import { announce } from "../ui/announce.ts";
import { placesOf, toElk } from "./elk-graph.ts";
import { glide } from "./glide.ts";
import { type LayOutGiven, layOutGraph } from "./lay-out-graph.ts";

/** After so long, in milliseconds, it can be given up. */
const PATIENCE_MS = 500;

/** Lays the graph, or what is selected, out from left to right. Everything glides to its place; one step of undo. */
export function useLayout(): () => void {
  const editor = useEditor();
  const store = useBoardStore();
  const references = useReferences();
  const flow = useReactFlow<BoardNode, BoardEdge>();
  const flowStore = useStoreApi<BoardNode, BoardEdge>();
  const isBusy = useRef(false);
  return useCallback(() => {
    const { graph } = editor;
    const lookup = flowStore.getState().nodeLookup;
    const portY: LayOutGiven["portY"] = (node, { name, side }) => {
      const bounds = lookup.get(node.id)?.internals.handleBounds?.[side]?.find(({ id }) => id === name);
      return bounds && bounds.y + bounds.height / 2;
    };
    const run = async () => {
      const { startElk } = await import("./elk.ts");
      const before = graph.current();
      const boxes = drawnBoxes(store, before);
      const elk = startElk();
      let isGivenUp = false;
      const waiting = setTimeout(() => {
        const giveUp = () => {
          isGivenUp = true;
          elk.stop();
        };
        toast.loading("Laying the graph out…", { id: TOAST, action: { label: "Stop", onClick: giveUp } });
      }, PATIENCE_MS);
      try {
        const laidOut = layOutGraph(before, store.getState().selectedNodes, {
          sizeOf: (node) => boxes.get(node.id) ?? (isFrame(node) ? frameSize(node) : (node.size ?? CARD)),
          portsOf: (node) => nodePorts(node, references),
          portY,
          isNote: (node) => catalog.get(node.type)?.role === "annotation" && !isFrame(node),
          leastSize: (frame) => frameMinSize(frame, nodePorts(frame, references)),
          layOut: async (level) => placesOf(level, await elk.layout(toElk(level))),
        });
        // a worker that was stopped never answers
        const stopped = new Promise<undefined>((resolve) => {
          const look = setInterval(() => isGivenUp && resolve(undefined), 100);
          void laidOut.finally(() => clearInterval(look)).catch(() => {});
        });
        const { positions, sizes } = (await Promise.race([laidOut, stopped])) ?? NOTHING;
        if (isGivenUp) return announce("The graph stays as it is.");
        const still = new Map(graph.current().nodes.map((node) => [node.id, node]));
        const moved = new Map([...positions].filter(([id]) => still.has(id)));
        if (moved.size === 0 && sizes.size === 0) return announce("The graph is laid out already.");
        const from = startsOf(moved, still);
        const isWhole = store.getState().selectedNodes.length === 0;
        const arrived = () => {
          if (isWhole) void flow.fitView({ duration: 250, padding: 0.1, maxZoom: 1 });
        };
        glide({ store, from, to: moved, edit: () => asOneStep(editor, (edits) => write(edits, moved, sizes)), arrived });
        announce(`${moved.size === 1 ? "1 node" : `${moved.size} nodes`} laid out.`);
      } finally {
        clearTimeout(waiting);
        toast.dismiss(TOAST);
        elk.stop();
      }
    };
    if (isBusy.current || !editor.edits) return;
    isBusy.current = true;
    run()
      .catch(() => toast.error("The graph could not be laid out. Try it with a part of it selected."))
      .finally(() => {
        isBusy.current = false;
      });
  }, [editor, store, references, flow, flowStore]);
}

const TOAST = "layout";
const NOTHING = { positions: new Map<NodeId, Position>(), sizes: new Map<NodeId, { width: number; height: number }>() };

type Write = Parameters<Parameters<typeof asOneStep>[1]>[0];

function write(edits: Write, moved: ReadonlyMap<NodeId, Position>, sizes: ReadonlyMap<NodeId, { width: number; height: number }>): void {
  edits.move(moved);
  for (const [id, size] of sizes) edits.resize(id, size);
}

function startsOf(moved: ReadonlyMap<NodeId, Position>, nodes: ReadonlyMap<NodeId, GraphNode>): Map<NodeId, Position> {
  return new Map(
    [...moved.keys()].flatMap((id) => {
      const node = nodes.get(id);
      return node ? [[id, node.position] as const] : [];
    }),
  );
}
