import type { JobProgress } from "../contract/jobs.ts";

/** What the work of a job is given. */
export interface JobWork {
  id: string;
  workspace: string;
  subject: string;
  /** As it was given to `Jobs.submit`. */
  input: unknown;
  /** From 1. A job whose process died is begun again: the work looks for itself what is done already. */
  attempt: number;
  /** Aborts when somebody cancels the job, its lease is lost, or the process ends. */
  signal: AbortSignal;
  /** Kept now and then, and at the end. */
  report(progress: JobProgress): void;
}

/** Kinds of background work. */
export interface JobKind {
  /** Unique; in the table, so that it never changes. */
  kind: string;
  /** Jobs of this kind one process works on at once. */
  atOnce: number;
  /** Attempts in all, the first included. */
  attempts: number;
  /** Does it; what it answers is kept. Throws `JobError` for what another attempt would not mend. */
  work(job: JobWork): Promise<unknown>;
  /** What follows from an end other than success. To be repeated without harm. */
  ended?(job: Pick<JobWork, "id" | "workspace" | "subject" | "input">, end: { state: "failed"; error: string } | { state: "cancelled" }): Promise<void>;
}

/** The work cannot be done as it is. The message says why and what to do; it is not tried again. */
export class JobError extends Error {
  override readonly name = "JobError";
}
