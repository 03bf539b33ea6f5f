import { createContext } from "react";
import type { FileValue } from "#runtime/node/port-value.ts";

/** Where files come from and go to, in place of the workspace's own: around a form that whoever has a link fills in. */
export interface FileSource {
  /** Throws `ApiProblem`, or the signal's reason when it was aborted. */
  store(file: File, given: { signal: AbortSignal; onSent(bytes: number): void }): Promise<FileValue>;
  load(file: FileValue, signal: AbortSignal): Promise<Blob>;
}

export const FileSource = createContext<FileSource | undefined>(undefined);
