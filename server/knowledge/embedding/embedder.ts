/** Turns texts into vectors of length 1, so that their inner product is the cosine of the angle between them. */
export interface Embedder {
  /** Names the model and the way it is used: vectors of different ids are not comparable. */
  id: string;
  /** Texts that are embedded in one go, best. */
  batch: number;
  /** In order. `isQuery`: somebody waits for it. Throws `JobError` for what another attempt would not mend. */
  embed(texts: readonly string[], given: { signal: AbortSignal; isQuery?: boolean }): Promise<Float32Array[]>;
}

/** A vector of the same direction and the length 1. */
export function toUnit(vector: Float32Array): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  return length === 0 || Math.abs(length - 1) < 1e-6 ? vector : vector.map((value) => value / length);
}
