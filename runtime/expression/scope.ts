/** What an expression may read. Plain JSON; it is never changed, and results may share parts of it. */
export interface EvaluationScope {
  /** Values by input port. */
  inputs: Readonly<Record<string, unknown>>;
  /** Output values by node id and port; null for a node that was skipped. */
  nodes: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>;
  run: { readonly id: string };
  /** Inside a loop: the item of this round, and its place, from 0. */
  item?: unknown;
  index?: number;
}
