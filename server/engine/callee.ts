import type { GraphId } from "#runtime/graph/ids.ts";
import type { ChildrenGiven } from "./children.ts";
import type { RunnableRevision, RunPreparation } from "./prepare-run.ts";

/** Finds what a run calls: a revision, or without a number the published one. `revisionOf` throws `ApiError("not-found")`. */
export function createCallee(given: {
  preparation: RunPreparation;
  revisionOf: (graph: GraphId, number: number | undefined) => Promise<RunnableRevision>;
}): ChildrenGiven["callee"] {
  const { preparation } = given;
  return async ({ graph, revision: number, input }) => {
    const revision = await given.revisionOf(graph, number);
    const plan = preparation.planOf(graph, revision);
    const entry = preparation.entryOf(plan, undefined);
    preparation.checkInput(plan, { entry, input });
    return { revision: revision.number, plan, entry };
  };
}
