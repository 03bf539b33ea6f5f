import { useState } from "react";
import type { Gate } from "#server/contract/approvals.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { DecisionFrame } from "./decision-frame.tsx";
import type { DecisionState } from "./gates/decision-state.ts";
import { amountText, MEASURE_WORDS, parseLimit, shareText, typedLimit } from "./measure-words.ts";

const OPTIONS: Readonly<Record<string, { label: string; text: string; verb: string }>> = {
  raise: { label: "Raise the budget", text: "All nodes that wait for it go on.", verb: "Raise the budget" },
  refuse: { label: "Refuse", text: "The node fails; its failure policy says what comes next.", verb: "Refuse" },
  kill: { label: "Kill the run", text: "It ends now, with all it has begun.", verb: "Kill the run" },
};

type BudgetGate = Extract<Gate, { kind: "budget" }>;

interface BudgetDecisionProps {
  gate: BudgetGate;
  state: DecisionState;
  onDecided: ((gate: Gate) => void) | undefined;
}

/** Where a budget does not allow what a node is about to use. */
export function BudgetDecision({ gate, state, onDecided }: BudgetDecisionProps) {
  const { decision } = state;
  const { measure } = gate;
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const text = typed ?? typedLimit(measure, suggestion(gate));
  const budget = parseLimit(measure, text);
  const raises = decision === "raise";
  const words = MEASURE_WORDS[measure];
  return (
    <div className="flex flex-col gap-3">
      <p className="text-sm tabular-nums">{standingText(gate)}</p>
      <DecisionFrame
        gate={gate}
        label="Budget"
        options={gate.decisions.map((value) => ({ value, label: OPTIONS[value]?.label ?? value, text: OPTIONS[value]?.text }))}
        state={state}
        onDecided={onDecided}
        edited={raises && budget !== undefined ? { budget } : undefined}
        isReady={!raises || budget !== undefined}
        verb={OPTIONS[decision ?? ""]?.verb ?? "Decide"}
        isDangerous={decision === "refuse" || decision === "kill"}
      >
        {raises && (
          <Field
            label={`${words.field}, ${ownerOf(gate)}`}
            htmlFor={`budget-${gate.id}`}
            description="What it may use in all, with what is used already."
            errors={budget === undefined ? [words.wrong] : []}
          >
            <Input id={`budget-${gate.id}`} inputMode="decimal" value={text} onChange={(event) => setTyped(event.target.value)} />
          </Field>
        )}
      </DecisionFrame>
    </div>
  );
}

function ownerOf({ of, holderLabel }: BudgetGate): string {
  if (of === "node") return `of “${holderLabel ?? "the node"}”`;
  return of === "above" ? "of the run that began this one" : "of the run";
}

/** How the budget stands, and what is wanted of it. */
function standingText(gate: BudgetGate): string {
  const { measure, amount, used, budget } = gate;
  const wants = measure === "timeMs" ? "The next node is about to start" : `It needs ${amountText(measure, amount)}`;
  if (used === null || budget === null) return `${wants}.`;
  return `${wants}. Of the budget ${ownerOf(gate)}, ${shareText(measure, used, budget)} are used or set aside.`;
}

/** Enough for what is asked: whole cents, and half as much time again. */
function suggestion({ measure, amount, used, budget }: BudgetGate): number {
  const least = (used ?? 0) + amount;
  if (measure === "timeMs") return Math.ceil(((budget ?? 60_000) * 1.5) / 60_000) * 60_000;
  return Math.max(budget ?? 0, measure === "dollars" ? Math.ceil(least * 100) / 100 : Math.ceil(least));
}
