import { useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { NodeRun } from "#runtime/run/run-state.ts";
import { Tabs } from "../ui/tabs.tsx";
import { chooseAround } from "./iteration-choice.ts";
import { RunBar } from "./run-bar.tsx";
import { RunLog } from "./run-log.tsx";
import { RunOutput } from "./run-output.tsx";
import { useRunView } from "./run-view.ts";
import { Timeline } from "./timeline.tsx";

export interface RunDockProps {
  /** Whether the run is the one of the address, looked at as it was. */
  isPast: boolean;
  /** Shows a node on the board, with its run in the inspector. */
  onSelect(node: NodeId): void;
}

/** Below the board: the run that is looked at in one line; opened, its timeline, output and log. */
export function RunDock({ isPast, onSelect }: RunDockProps) {
  const view = useRunView();
  const [isOpen, setOpen] = useState(false);
  const [tab, setTab] = useState("timeline");
  if (!view) return null;
  const { state } = view;
  const showRun = (run: NodeRun) => {
    if (state) chooseAround(view.runId, state.plan, run);
    onSelect(run.node);
  };
  const tabs = [
    { id: "timeline", label: "Timeline", content: state && <Timeline state={state} live={view.live} onSelect={showRun} /> },
    { id: "output", label: "Output", content: <RunOutput view={view} /> },
    { id: "log", label: "Log", content: <RunLog view={view} /> },
  ];
  return (
    <section aria-label="Run" className="@container shrink-0 border-line border-t bg-surface">
      <RunBar view={view} mayClear={!isPast} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} onSelect={onSelect} />
      {isOpen && (
        <div className="flex h-64 flex-col border-line border-t">
          <Tabs label="Run" tabs={tabs} value={tab} onChange={setTab} />
        </div>
      )}
    </section>
  );
}
