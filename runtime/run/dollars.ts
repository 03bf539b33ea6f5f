const PARTS = 1e10;

/** The sum of two amounts of dollars, kept to ten decimals as they are stored: adding 0.1 ten times makes 1. */
export function addDollars(left: number, right: number): number {
  return Math.round((left + right) * PARTS) / PARTS;
}
