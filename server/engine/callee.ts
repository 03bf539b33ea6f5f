import type { GraphId } from "#runtime/graph/ids.ts";
import { ApiError } from "../api-error.ts";
import type { ChildrenGiven } from "./children.ts";
import type { RunnableRevision, RunPreparation } from "./prepare-run.ts";

/** Finds what a run calls: a revision, or without a number the published one. `revisionOf` throws `ApiError("not-found")`. */
export function createCallee(given: {
  preparation: RunPreparation;
  revisionOf: (graph: GraphId, number: number | undefined) => Promise<RunnableRevision>;
}): ChildrenGiven["callee"] {
  const { preparation } = given;
  return async ({ workspace, graph, revision: number, input: brought, isOffered }) => {
    const revision = await given.revisionOf(graph, number);
    if (revision.workspace !== workspace) throw new ApiError("not-found", `There is no graph ${graph} here.`);
    const plan = preparation.planOf(graph, revision);
    const entry = preparation.entryOf(plan, undefined);
    const input = isOffered ? preparation.wantedInput(plan, { entry, input: brought }) : brought;
    preparation.checkInput(plan, { entry, input });
    return { revision: revision.number, plan, entry, input };
  };
}
