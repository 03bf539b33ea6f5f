import * as contract from "../contract/jobs.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { type Handling, handle } from "./handle.ts";

export function jobRoutes(jobs: Pick<Jobs, "list" | "read" | "cancel" | "retry">): Handling[] {
  return [
    handle(contract.listJobs, ({ query, workspace }) => jobs.list({ ...query, workspace })),
    handle(contract.readJob, ({ params: { id }, workspace }) => jobs.read({ workspace, id })),
    handle(contract.cancelJob, ({ params: { id }, workspace }) => jobs.cancel({ workspace, id })),
    handle(contract.retryJob, ({ params: { id }, workspace }) => jobs.retry({ workspace, id })),
  ];
}
