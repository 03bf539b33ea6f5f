import type { WaitRequest } from "#runtime/node/outcome.ts";

/** Thrown out of an attempt that has to wait until somebody raises the run's budget. */
export class BudgetNeeded extends Error {
  override readonly name = "BudgetNeeded";
  readonly request: WaitRequest;

  constructor(request: Extract<WaitRequest, { kind: "budget" }>) {
    super("The run's budget does not allow this.");
    this.request = request;
  }
}
