import { type Measure, measureSchema } from "#runtime/graph/budget.ts";
import { limitOf } from "#runtime/run/accounts.ts";
import { WARN_AT } from "#runtime/run/shortage.ts";
import { amountText, MEASURE_WORDS, shareText } from "./measure-words.ts";
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

/** Those worth a place on the run bar: limited ones of which some is used, and dollars that are limited or spent. */
export function barUses(uses: readonly RunUse[]): RunUse[] {
  return uses.filter(
    ({ measure, used, budget }) => (used > 0 && (budget !== undefined || measure === "dollars")) || (budget !== undefined && measure === "dollars"),
  );
}

/** Whether most of it is used. */
export function isNear({ used, budget, isWarned }: RunUse): boolean {
  return isWarned || (budget !== undefined && budget > 0 && used >= WARN_AT * budget);
}

/** The one of which the greatest part is used, if that is most of it. */
export function nearlyUsed(uses: readonly RunUse[]): RunUse | undefined {
  const near = uses.filter(isNear);
  return near.toSorted((left, right) => right.used / (right.budget ?? 1) - left.used / (left.budget ?? 1))[0];
}

/** "$1.20 of $2.00", "3 of 5 tool calls". */
export function textOfUse({ measure, used, budget }: RunUse): string {
  return budget === undefined ? amountText(measure, used) : shareText(measure, used, budget);
}
