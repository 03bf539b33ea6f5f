/** One measured number beside the same done barely, in the same process and minute: only the ratio means something on another machine. */
export interface Figure {
  value: number;
  unit: string;
  reference: number;
  ratio: number;
  /** What the reference is; for the table. */
  against: string;
  /** Further references, in the figure's unit. */
  others: readonly Beside[];
  /** Absent: the figure is there to be looked at. */
  goal?: Goal;
}

export interface Beside {
  /** What it is; for the table. */
  against: string;
  value: number;
}

/** What the figure, or its ratio to the reference, must not exceed or fall below. */
export interface Goal {
  type: "at-most" | "at-least";
  of: "value" | "ratio";
  limit: number;
}

export interface Benchmark {
  name: string;
  /** `small`: only shows that it runs. Figures by name, each beginning with the benchmark's. */
  run(given: { small: boolean }): Promise<Record<string, Figure>>;
}

export function figure({ others = [], ...given }: Omit<Figure, "ratio" | "others"> & { others?: readonly Beside[] }): Figure {
  return { ...given, others, ratio: given.value / given.reference };
}

export function isMissed({ goal, ...figure }: Figure): boolean {
  if (!goal) return false;
  return goal.type === "at-most" ? figure[goal.of] > goal.limit : figure[goal.of] < goal.limit;
}

/** Milliseconds that something takes. */
export async function time(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The middle one of several measurements. */
export async function medianOf(times: number, measure: () => Promise<number> | number): Promise<number> {
  const measured: number[] = [];
  for (let index = 0; index < times; index++) measured.push(await measure());
  return percentile(measured, 0.5);
}

/** The smallest of them that this share of them does not exceed. */
export function percentile(measured: readonly number[], share: number): number {
  const sorted = measured.toSorted((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
