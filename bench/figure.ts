/** One measured number beside the same done barely, in the same process and minute: only the ratio means something on another machine. */
export interface Figure {
  value: number;
  unit: string;
  reference: number;
  ratio: number;
  /** What the reference is; for the table. */
  against: string;
}

export interface Benchmark {
  name: string;
  /** `small`: only shows that it runs. Figures by name, each beginning with the benchmark's. */
  run(given: { small: boolean }): Promise<Record<string, Figure>>;
}

export function figure(given: Omit<Figure, "ratio">): Figure {
  return { ...given, ratio: given.value / given.reference };
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
  return measured.sort((left, right) => left - right)[Math.floor(times / 2)] ?? Number.NaN;
}
