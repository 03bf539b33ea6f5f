import { TriangleAlert } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { toast } from "sonner";
import { errorText } from "../api/api-problem.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { announce } from "../ui/announce.ts";
import { classes } from "../ui/classes.ts";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import { formatDollars } from "./format-dollars.ts";
import { type RunView, useRunActions } from "./run-view.ts";

/** The part of a budget at which the run bar warns. */
const WARN_AT = 0.8;

/** What the run has cost, of what it may; while it goes on, the budget can be changed. */
export function RunCost({ view }: { view: RunView }) {
  const [isOpen, setOpen] = useState(false);
  const { setBudget } = useRunActions();
  const whyNot = useWhyNotByRole("gate.decide");
  const spent = view.state?.cost.settled ?? Number(view.summary?.cost ?? 0);
  const budget = view.state?.cost.budget;
  const isNear = budget !== undefined && budget > 0 && spent + (view.state?.cost.reserved ?? 0) >= WARN_AT * budget;
  const warning = isNear ? ` ${Math.round((100 * spent) / budget)} % is spent. At 100 % the run waits and asks.` : "";
  useEffect(() => {
    if (isNear && view.live) announce("The run has nearly spent its budget.");
  }, [isNear, view.live]);
  const text = budget === undefined ? formatDollars(spent) : `${formatDollars(spent)} of ${formatDollars(budget)}`;
  const { live } = view;
  useProvideCommands(
    useMemo<Command[]>(
      () =>
        live
          ? [
              {
                id: "run-budget",
                title: "Change the budget of the run…",
                group: "Run",
                keywords: ["cost", "dollars", "money"],
                blocked: () => whyNot,
                run: () => setOpen(true),
              },
            ]
          : [],
      [live, whyNot],
    ),
  );
  const tone = isNear ? "text-warning" : "text-ink-muted";
  if (!live) return spent > 0 || budget !== undefined ? <span className={classes("whitespace-nowrap tabular-nums", tone)}>{text}</span> : null;
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
          aria-label={`Cost ${text}: change the budget.${warning}`}
          title={`Change the budget.${warning}`}
          disabled={whyNot !== undefined}
          onClick={() => setOpen(true)}
          className={classes(
            "inline-flex items-center gap-1 whitespace-nowrap rounded-sm px-1 tabular-nums underline decoration-line-strong underline-offset-2 enabled:hover:text-ink disabled:cursor-not-allowed disabled:no-underline",
            tone,
          )}
        >
          {isNear && <TriangleAlert size={13} aria-hidden />}
          {text}
        </button>
      </NotAllowed>
      {isOpen && <BudgetDialog spent={spent} budget={budget} onSave={save} onClose={() => setOpen(false)} />}
    </>
  );
}
