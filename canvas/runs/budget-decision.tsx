import { useState } from "react";
import type { Gate } from "#server/contract/approvals.ts";
import { readRun } from "#server/contract/runs.ts";
import { useApi } from "../api/queries.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { DecisionFrame } from "./decision-frame.tsx";
import { formatDollars, parseDollars } from "./format-dollars.ts";
import type { DecisionState } from "./gates/decision-state.ts";

const REFRESH_MS = 5_000;
const OPTIONS: Readonly<Record<string, { label: string; text: string; verb: string }>> = {
  raise: { label: "Raise the budget", text: "All nodes that wait for budget go on.", verb: "Raise the budget" },
  refuse: { label: "Refuse", text: "The node fails; its failure policy says what comes next.", verb: "Refuse" },
};

interface BudgetDecisionProps {
  gate: Extract<Gate, { kind: "budget" }>;
  state: DecisionState;
  onDecided: ((gate: Gate) => void) | undefined;
}

/** Where the budget does not allow what a node is about to spend. */
export function BudgetDecision({ gate, state, onDecided }: BudgetDecisionProps) {
  const { decision } = state;
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const run = useApi(readRun, { params: { id: gate.run } }, { every: REFRESH_MS });
  const spent = Number(run.data?.cost ?? 0);
  const text = typed ?? suggestion(spent, gate.amount, run.data?.budget ?? 0);
  const budget = parseDollars(text);
  const raises = decision === "raise";
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm">
        It wants to set aside <span className="font-medium tabular-nums">{formatDollars(gate.amount)}</span>
        {run.data && (
          <>
            . The run has spent {formatDollars(spent)}
            {run.data.budget !== null && ` of ${formatDollars(run.data.budget)}`}
          </>
        )}
        .
      </p>
      <DecisionFrame
        gate={gate}
        label="Budget"
        options={gate.decisions.map((value) => ({ value, label: OPTIONS[value]?.label ?? value, text: OPTIONS[value]?.text }))}
        state={state}
        onDecided={onDecided}
        edited={raises && budget !== undefined ? { budget } : undefined}
        isReady={!raises || budget !== undefined}
        verb={OPTIONS[decision ?? ""]?.verb ?? "Decide"}
        isDangerous={decision === "refuse"}
      >
        {raises && (
          <Field
            label="Budget of the run, in dollars"
            htmlFor={`budget-${gate.id}`}
            description="What the run may cost in all, with what it has spent already."
            errors={budget === undefined ? ["Write a sum of dollars, such as 2.50."] : []}
          >
            <Input
              id={`budget-${gate.id}`}
              inputMode="decimal"
              value={text}
              invalid={budget === undefined}
              onChange={(event) => setTyped(event.target.value)}
            />
          </Field>
        )}
      </DecisionFrame>
    </div>
  );
}

/** Enough for what is asked, in whole cents. */
function suggestion(spent: number, amount: number, budget: number): string {
  return String(Math.max(budget, Math.ceil((spent + amount) * 100) / 100));
}
