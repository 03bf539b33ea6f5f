import { useState } from "react";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { formatDollars, parseDollars } from "./format-dollars.ts";

export interface BudgetDialogProps {
  spent: number;
  budget: number | undefined;
  onSave(budget: number): Promise<boolean>;
  onClose(): void;
}

/** Changes what a run that goes on may cost. */
export function BudgetDialog({ spent, budget, onSave, onClose }: BudgetDialogProps) {
  const [typed, setTyped] = useState(budget === undefined ? "" : String(budget));
  const [busy, setBusy] = useState(false);
  const amount = parseDollars(typed);
  const isWrong = typed.trim() !== "" && amount === undefined;
  const save = async () => {
    if (amount === undefined) return;
    setBusy(true);
    if (await onSave(amount)) onClose();
    else setBusy(false);
  };
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Go back
      </Button>
      <Button look="primary" type="submit" form="run-budget" busy={busy} disabled={amount === undefined}>
        Set the budget
      </Button>
    </>
  );
  const description = `It has spent ${formatDollars(spent)}${budget === undefined ? " and has no budget" : ` of ${formatDollars(budget)}`}. Before it would cost more than its budget, it waits and asks.`;
  return (
    <Dialog open onClose={onClose} title="Budget of this run" description={description} actions={actions}>
      <form
        id="run-budget"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          label="Budget in dollars"
          htmlFor="run-budget-amount"
          description="What it may cost in all. Nodes that wait for budget go on."
          errors={isWrong ? ["Write a sum of dollars, such as 2.50."] : []}
        >
          <Input id="run-budget-amount" inputMode="decimal" value={typed} invalid={isWrong} onChange={(event) => setTyped(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
