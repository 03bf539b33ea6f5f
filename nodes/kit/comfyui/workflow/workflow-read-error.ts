/** What cannot be read as a workflow, for whoever brought it. */
export class WorkflowReadError extends Error {
  override name = "WorkflowReadError";
}
