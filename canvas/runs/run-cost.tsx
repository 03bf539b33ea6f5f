import { TriangleAlert } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { toast } from "sonner";
import type { Budget } from "#runtime/graph/budget.ts";
import { errorText } from "../api/api-problem.ts";
import type { Command } from "../commands/command.ts";
import { useProvideCommands } from "../commands/command-store.ts";
import { useWhyNotByRole } from "../session/use-may.ts";
import { announce } from "../ui/announce.ts";
import { classes } from "../ui/classes.ts";
import { NotAllowed } from "../ui/not-allowed.tsx";
import { BudgetDialog } from "./budget-dialog.tsx";
import { barUses, isNear, nearlyUsed, type RunUse, runUses, textOfUse } from "./run-uses.ts";
import { type RunView, useRunActions } from "./run-view.ts";

/** What the run has used, of what it may; while it goes on, its budget can be changed. */
export function RunCost({ view }: { view: RunView }) {
  const [isOpen, setOpen] = useState(false);
  const { setBudget } = useRunActions();
  const whyNot = useWhyNotByRole("gate.decide");
  const uses = runUses(view);
  // what may be cut off for want of room is what matters least
  const shown = barUses(uses).toSorted((left, right) => Number(isNear(right)) - Number(isNear(left)));
  const near = nearlyUsed(uses);
  const { live } = view;
  const warning = near ? warningText(near) : "";
  useEffect(() => {
    if (warning !== "" && live) announce(warning);
  }, [warning, live]);
  useProvideCommands(
    useMemo<Command[]>(
      () =>
        live
          ? [
              {
                id: "run-budget",
                title: "Change the budget of the run…",
                group: "Run",
                keywords: ["cost", "dollars", "money", "tokens", "tool calls", "time", "limit"],
                blocked: () => whyNot,
                run: () => setOpen(true),
              },
            ]
          : [],
      [live, whyNot],
    ),
  );
  const text = shown.map(textOfUse).join(" · ");
  if (!live) return text === "" ? null : <Uses uses={shown} />;
  const save = async (budget: Budget) => {
    try {
      await setBudget(budget);
      return true;
    } catch (error) {
      toast.error("The budget was not changed", { description: errorText(error) });
      return false;
    }
  };
  const label = text === "" ? "$0.00" : text;
  return (
    <>
      <NotAllowed reason={whyNot} side="top">
        <button
          type="button"
          aria-label={`Cost ${label}: change the budget.${warning === "" ? "" : ` ${warning}`}`}
          title={`${label}. Change the budget.${warning === "" ? "" : ` ${warning}`}`}
          disabled={whyNot !== undefined}
          onClick={() => setOpen(true)}
          className={classes(
            "inline-flex items-center gap-1 overflow-hidden rounded-sm px-1 text-ink-muted underline decoration-line-strong underline-offset-2 enabled:hover:text-ink disabled:cursor-not-allowed disabled:no-underline",
            shown.length > 1 ? "@max-6xl:min-w-0 min-w-36 @max-6xl:shrink-0" : "shrink-0",
          )}
        >
          {near && <TriangleAlert size={13} className="shrink-0 text-warning" aria-hidden />}
          {text === "" ? label : <Uses uses={shown} />}
        </button>
      </NotAllowed>
      {isOpen && <BudgetDialog uses={uses} onSave={save} onClose={() => setOpen(false)} />}
    </>
  );
}

function Uses({ uses }: { uses: readonly RunUse[] }) {
  return (
    <span className="min-w-0 truncate text-ink-muted tabular-nums">
      {uses.map((use, index) => (
        <span key={use.measure} className={classes(index > 0 && "@max-6xl:hidden")}>
          {index > 0 && " · "}
          <span className={classes(isNear(use) && "text-warning")}>{textOfUse(use)}</span>
        </span>
      ))}
    </span>
  );
}

function warningText({ used, budget = 1, words }: RunUse): string {
  return `${Math.round((100 * used) / budget)} % of the ${words} budget is used. At 100 % the run waits and asks.`;
}
