import { ChevronDown, RotateCw, StepForward } from "lucide-react";
import type { RunId } from "#runtime/graph/ids.ts";
import { type RunSummary, readSummary } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { wholeOf } from "./run-purposes.ts";
import { isFinal } from "./run-store.ts";
import { useRerun } from "./use-rerun.ts";

const FROM_WORDS: Readonly<Record<string, string>> = {
  failed: "From the failure",
  "timed-out": "From the failure",
  cancelled: "From where it stopped",
  killed: "From where it stopped",
};

/** The ways to run again what has ended; of a part, the run that it is a part of. */
export function RerunMenu({ summary, state }: { summary: RunSummary; state: string }) {
  const whole = wholeOf(summary);
  return whole ? <WholeMenu run={whole} /> : <Ways summary={summary} state={state} label="Run again" />;
}

function WholeMenu({ run }: { run: RunId }) {
  const { data: summary } = useApi(readSummary, { params: { id: run } });
  const above = summary && wholeOf(summary);
  if (above) return <WholeMenu run={above} />;
  return summary && isFinal(summary.state) ? <Ways summary={summary} state={summary.state} label="Run the whole again" /> : null;
}

function Ways({ summary, state, label }: { summary: RunSummary; state: string; label: string }) {
  const rerun = useRerun();
  const onward = FROM_WORDS[state];
  const whyNot = useWhyNotByRole("graph.run");
  const button = (
    <Button size="small" icon={<RotateCw size={13} aria-hidden />} busy={rerun.busy} disabled={whyNot !== undefined}>
      {label}
      <ChevronDown size={12} aria-hidden />
    </Button>
  );
  if (whyNot !== undefined)
    return (
      <NotAllowed reason={whyNot} side="top">
        {button}
      </NotAllowed>
    );
  return (
    <Menu
      trigger={button}
      items={[
        { type: "action", label: "With the same input", icon: <RotateCw size={14} />, onSelect: () => void rerun.begin(summary, { at: "start" }) },
        ...(onward
          ? [{ type: "action" as const, label: onward, icon: <StepForward size={14} />, onSelect: () => void rerun.begin(summary, { at: "failure" }) }]
          : []),
      ]}
    />
  );
}
