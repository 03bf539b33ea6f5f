import { PanelLeft } from "lucide-react";
import { lazy, Suspense, useMemo } from "react";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useEdits } from "../document/editor-context.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useSidePanelView } from "./side-panel-view.ts";

const SidePanel = lazy(async () => ({ default: (await import("./side-panel.tsx")).SidePanel }));

/** Where the side panel stands when it is open; there is nothing to add where nothing can be changed. */
export function SidePanelPlace() {
  const edits = useEdits();
  const { isOpen, toggle } = useSidePanelView();
  useProvideCommands(
    useMemo<Command[]>(
      () =>
        edits
          ? [
              {
                id: "side-panel",
                title: "Show or hide the nodes to add",
                group: "View",
                keys: ["B"],
                keywords: ["library", "sidebar", "panel", "tools"],
                run: toggle,
              },
            ]
          : [],
      [edits, toggle],
    ),
  );
  if (!edits || !isOpen) return null;
  return (
    <Suspense fallback={null}>
      <SidePanel />
    </Suspense>
  );
}

/** Opens the panel, from the corner of the board. */
export function SidePanelButton() {
  const edits = useEdits();
  const { isOpen, toggle } = useSidePanelView();
  if (!edits || isOpen) return null;
  return (
    <div className="absolute top-3 left-3 z-10 rounded-lg border border-line bg-surface p-0.5 shadow-card">
      <IconButton label="Nodes to add" keys="B" side="right" icon={<PanelLeft size={16} />} onClick={toggle} />
    </div>
  );
}
