import { type Measure, measureSchema } from "#runtime/graph/budget.ts";
import { limitOf } from "#runtime/run/accounts.ts";
import { WARN_AT } from "#runtime/run/shortage.ts";
import { amountText, MEASURE_WORDS } from "./measure-words.ts";
import type { RunView } from "./run-view.ts";

/** How much of one measure a run has used, of how much it may. */
export interface RunUse {
  measure: Measure;
  /** "Cost", in small letters. */
  words: string;
  used: number;
  budget: number | undefined;
  /** It was said that most of it is used. */
  isWarned: boolean;
}

/** Of every measure, by the run's events; what nodes set aside is not used yet. */
export function runUses({ state, summary }: Pick<RunView, "state" | "summary">): RunUse[] {
  return measureSchema.options.map((measure) => {
    const about = { measure, words: MEASURE_WORDS[measure].title.toLowerCase() };
    if (!state) return { ...about, used: measure === "dollars" ? Number(summary?.cost ?? 0) : 0, budget: undefined, isWarned: false };
    if (measure === "timeMs") return { ...about, used: state.activeMs, budget: state.time.budgetMs, isWarned: state.time.warned === true };
    const account = state.accounts[measure];
    const { settled, warned } = account;
    return { ...about, used: settled, budget: limitOf(account), isWarned: warned === true };
  });
}

/** Those worth a place on the run bar: limited ones, and dollars where any are spent. */
export function limitedUses(uses: readonly RunUse[]): RunUse[] {
  return uses.filter(({ measure, used, budget }) => budget !== undefined || (measure === "dollars" && used > 0));
}

/** The one of which the greatest part is used, if that is most of it. */
export function nearlyUsed(uses: readonly RunUse[]): RunUse | undefined {
  const near = uses.filter(({ used, budget, isWarned }) => isWarned || (budget !== undefined && budget > 0 && used >= WARN_AT * budget));
  return near.toSorted((left, right) => right.used / (right.budget ?? 1) - left.used / (left.budget ?? 1))[0];
}

/** "$1.20 of $2.00". */
export function textOfUse({ measure, used, budget }: RunUse): string {
  return budget === undefined ? amountText(measure, used) : `${amountText(measure, used)} of ${amountText(measure, budget)}`;
}
