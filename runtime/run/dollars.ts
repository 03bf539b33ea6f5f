import type { RunState } from "./run-state.ts";

const PARTS = 1e10;

/** The sum of two amounts of dollars, kept to ten decimals as they are stored: adding 0.1 ten times makes 1. */
export function addDollars(left: number, right: number): number {
  return Math.round((left + right) * PARTS) / PARTS;
}

/** Whether a budget allows that much more, beside what is spent and what is set aside. */
export function affords({ budget, settled, reserved }: RunState["cost"], amount: number): boolean {
  return budget === undefined || settled + reserved + amount <= budget + 1e-9;
}
