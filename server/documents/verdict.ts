/** What the checker says about an update. */
export type Verdict =
  /** Fits. `update` is what it adds, written anew; absent when it adds nothing. `about` is there when name or description changed. */
  | { type: "ok"; update?: Uint8Array; about?: { name: string; description: string } }
  /** No honest client sends this. */
  | { type: "malformed"; reason: string }
  /** Well-formed, but more than a document may hold. */
  | { type: "over-limit"; reason: string }
  /** It builds on updates that are not here. */
  | { type: "incomplete" }
  /** The checker itself does not work; nothing is said about the update. */
  | { type: "unavailable" };

export type Refusal = Exclude<Verdict, { type: "ok" }>;

/** Thrown inside the checks, where each fault ends the whole check. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.type);
    this.refusal = refusal;
  }
}

export function malformed(reason: string): RefusedError {
  return new RefusedError({ type: "malformed", reason });
}

export function overLimit(reason: string): RefusedError {
  return new RefusedError({ type: "over-limit", reason });
}
