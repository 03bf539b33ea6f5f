import { useState } from "react";
import type { Budget, Measure } from "#runtime/graph/budget.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { amountText, MEASURE_WORDS, parseLimit, typedLimit } from "./measure-words.ts";
import type { RunUse } from "./run-uses.ts";

export interface BudgetDialogProps {
  uses: readonly RunUse[];
  /** Those that were changed. */
  onSave(budget: Budget): Promise<boolean>;
  onClose(): void;
}

/** Changes what a run that goes on may use. */
export function BudgetDialog({ uses, onSave, onClose }: BudgetDialogProps) {
  const [typed, setTyped] = useState<Partial<Record<Measure, string>>>({});
  const [busy, setBusy] = useState(false);
  const fields = uses.map((use) => {
    const text = typed[use.measure] ?? typedLimit(use.measure, use.budget);
    const limit = parseLimit(use.measure, text);
    // a limit that is there can be made another one, not taken away
    const isWrong = limit === undefined && (text.trim() !== "" || use.budget !== undefined);
    return { ...use, text, limit, isWrong, isChanged: limit !== undefined && limit !== use.budget };
  });
  const changed = fields.filter(({ isChanged }) => isChanged);
  const isReady = changed.length > 0 && fields.every(({ isWrong }) => !isWrong);
  const save = async () => {
    if (!isReady) return;
    setBusy(true);
    if (await onSave(Object.fromEntries(changed.map(({ measure, limit }) => [measure, limit])))) onClose();
    else setBusy(false);
  };
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Go back
      </Button>
      <Button look="primary" type="submit" form="run-budget" busy={busy} disabled={!isReady}>
        Set the budget
      </Button>
    </>
  );
  return (
    <Dialog
      open
      onClose={onClose}
      title="Budget of this run"
      description="What it may use in all. Before it would use more, it waits and asks; nodes that wait for budget go on."
      actions={actions}
    >
      <form
        id="run-budget"
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        {fields.map(({ measure, used, budget, text, isWrong }) => (
          <Field
            key={measure}
            label={MEASURE_WORDS[measure].field}
            htmlFor={`run-budget-${measure}`}
            description={`${amountText(measure, used)} used${budget === undefined ? "; no limit" : ""}.`}
            errors={isWrong ? [MEASURE_WORDS[measure].wrong] : []}
          >
            <Input id={`run-budget-${measure}`} inputMode="decimal" value={text} onChange={(event) => setTyped({ ...typed, [measure]: event.target.value })} />
          </Field>
        ))}
      </form>
    </Dialog>
  );
}
