import { ChevronDown, RotateCw, StepForward } from "lucide-react";
import type { RunSummary } from "#server/contract/runs.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { useRerun } from "./use-rerun.ts";

const FROM_WORDS: Readonly<Record<string, string>> = {
  failed: "From the failure",
  "timed-out": "From the failure",
  cancelled: "From where it stopped",
  killed: "From where it stopped",
};

/** The ways to run again what has ended. */
export function RerunMenu({ summary, state }: { summary: RunSummary; state: string }) {
  const rerun = useRerun();
  const onward = FROM_WORDS[state];
  return (
    <Menu
      trigger={
        <Button size="small" icon={<RotateCw size={13} aria-hidden />} busy={rerun.busy}>
          Run again
          <ChevronDown size={12} aria-hidden />
        </Button>
      }
      items={[
        { type: "action", label: "With the same input", icon: <RotateCw size={14} />, onSelect: () => void rerun.begin(summary, { at: "start" }) },
        ...(onward
          ? [{ type: "action" as const, label: onward, icon: <StepForward size={14} />, onSelect: () => void rerun.begin(summary, { at: "failure" }) }]
          : []),
      ]}
    />
  );
}
