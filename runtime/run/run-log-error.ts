/** An event that cannot follow the ones before it: the log is damaged, or was read with gaps. */
export class RunLogError extends Error {
  override readonly name = "RunLogError";
}
