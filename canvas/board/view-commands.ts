import type { useReactFlow } from "@xyflow/react";
import type { Command } from "../commands/command.ts";
import type { BoardEdge, BoardNode, BoardStore } from "./board-store.ts";

export const FIT = { padding: 0.1, maxZoom: 1 };

type Flow = Pick<ReturnType<typeof useReactFlow<BoardNode, BoardEdge>>, "fitView" | "zoomTo" | "zoomIn" | "zoomOut">;

/** What changes how the board is seen, for this window alone. */
export function viewCommands(flow: Flow, store: BoardStore): Command[] {
  const selected = () => store.getState().selectedNodes.map((id) => ({ id }));
  return [
    { id: "fit-view", title: "Show all", group: "View", keys: ["1"], keywords: ["zoom", "fit"], run: () => void flow.fitView({ duration: 250, ...FIT }) },
    {
      id: "fit-selection",
      title: "Show what is selected",
      group: "View",
      keys: ["2"],
      keywords: ["zoom", "fit"],
      blocked: () => (selected().length === 0 ? "Select a node first." : undefined),
      run: () => void flow.fitView({ nodes: selected(), duration: 250, ...FIT }),
    },
    { id: "zoom-100", title: "Zoom to 100 %", group: "View", keys: ["0"], run: () => void flow.zoomTo(1, { duration: 150 }) },
    { id: "zoom-in", title: "Zoom in", group: "View", keys: ["+", "="], repeats: true, run: () => void flow.zoomIn({ duration: 120 }) },
    { id: "zoom-out", title: "Zoom out", group: "View", keys: ["-"], repeats: true, run: () => void flow.zoomOut({ duration: 120 }) },
    {
      id: "map",
      title: "Show or hide the map",
      group: "View",
      keys: ["M"],
      keywords: ["minimap", "overview"],
      run: () => store.getState().showMap(!store.getState().showsMap),
    },
  ];
}
