import { useState } from "react";
import { toast } from "sonner";
import { errorText } from "../api/api-problem.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import { formatDollars } from "./format-dollars.ts";
import { type RunView, useRunActions } from "./run-view.ts";

/** What the run has cost, of what it may; while it goes on, the budget can be changed. */
export function RunCost({ view }: { view: RunView }) {
  const [isOpen, setOpen] = useState(false);
  const { setBudget } = useRunActions();
  const whyNot = useWhyNotByRole("gate.decide");
  const spent = view.state?.cost.settled ?? Number(view.summary?.cost ?? 0);
  const budget = view.state?.cost.budget;
  const text = budget === undefined ? formatDollars(spent) : `${formatDollars(spent)} of ${formatDollars(budget)}`;
  if (!view.live) return spent > 0 || budget !== undefined ? <span className="whitespace-nowrap text-ink-muted tabular-nums">{text}</span> : null;
  const save = async (amount: number) => {
    try {
      await setBudget(amount);
      return true;
    } catch (error) {
      toast.error("The budget was not changed", { description: errorText(error) });
      return false;
    }
  };
  return (
    <>
      <NotAllowed reason={whyNot} side="top">
        <button
          type="button"
          aria-label={`Cost ${text}: change the budget`}
          title="Change the budget"
          disabled={whyNot !== undefined}
          onClick={() => setOpen(true)}
          className="whitespace-nowrap rounded-sm px-1 text-ink-muted tabular-nums underline decoration-line-strong underline-offset-2 enabled:hover:text-ink disabled:cursor-not-allowed disabled:no-underline"
        >
          {text}
        </button>
      </NotAllowed>
      {isOpen && <BudgetDialog spent={spent} budget={budget} onSave={save} onClose={() => setOpen(false)} />}
    </>
  );
}
