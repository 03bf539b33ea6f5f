import { useState } from "react";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { IterationPath } from "#runtime/run/events.ts";
import { Tabs } from "../ui/tabs.tsx";
import { chooseAround } from "./iteration-choice.ts";
import { ReplayBar } from "./replay-bar.tsx";
import { RunBar } from "./run-bar.tsx";
import { RunLog } from "./run-log.tsx";
import { RunOutput } from "./run-output.tsx";
import { useRunView } from "./run-view.ts";
import { Timeline } from "./timeline.tsx";
import { usePlaying } from "./use-replay.ts";
import { useRunCommands } from "./use-run-commands.ts";

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
  useRunCommands(setOpen);
  usePlaying();
  if (!view) return null;
  const { state } = view;
  const showRun = (run: { node: NodeId; path: IterationPath }) => {
    if (state) chooseAround(view.runId, state.plan, run);
    onSelect(run.node);
  };
  const tabs = [
    { id: "timeline", label: "Timeline", content: state && <Timeline view={view} onSelect={showRun} /> },
    { id: "output", label: "Output", content: <RunOutput view={view} /> },
    { id: "log", label: "Log", content: <RunLog view={view} /> },
  ];
  return (
    <section aria-label="Run" className="@container shrink-0 border-line border-t bg-surface">
      <RunBar view={view} mayClear={!isPast} isOpen={isOpen} onToggle={() => setOpen(!isOpen)} onSelect={onSelect} />
      <ReplayBar view={view} />
      {isOpen && (
        <div className="flex h-64 flex-col border-line border-t">
          <Tabs label="Run" tabs={tabs} value={tab} onChange={setTab} />
        </div>
      )}
    </section>
  );
}
