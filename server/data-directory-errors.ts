/** The data directory cannot be used. `advice` tells the person who runs Heddle what to do. */
export class DataDirectoryError extends Error {
  override readonly name: string = "DataDirectoryError";
  readonly advice: string;

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.advice = advice;
  }
}

/** Another process works in the data directory. */
export class DataDirectoryHeldError extends DataDirectoryError {
  override readonly name = "DataDirectoryHeldError";
  readonly pid: number;

  constructor(directory: string, holder: { pid: number; startedAt: string; host: string }, elsewhere: boolean) {
    const where = elsewhere ? ` on ${holder.host}` : "";
    super(
      `The data directory ${directory} is held by process ${holder.pid}${where} (started ${holder.startedAt}). Stop it, or use another HEDDLE_DATA.`,
      "Stop that process, or set HEDDLE_DATA to another folder.",
    );
    this.pid = holder.pid;
  }
}

const explanations: Record<string, { what: string; advice: string }> = {
  EACCES: { what: "may not be written by this user", advice: "Give this user write access to it, or set HEDDLE_DATA to another folder." },
  EPERM: { what: "may not be written by this user", advice: "Give this user write access to it, or set HEDDLE_DATA to another folder." },
  EROFS: { what: "is on a read-only file system", advice: "Set HEDDLE_DATA to a folder that can be written." },
  ENOSPC: { what: "is on a full disk", advice: "Free some space there and start again." },
  EDQUOT: { what: "is on a disk whose quota is used up", advice: "Free some space there and start again." },
  ENOTDIR: { what: "cannot be created: a part of its path is a file", advice: "Set HEDDLE_DATA to a folder." },
  EEXIST: { what: "cannot be created: there is a file of that name", advice: "Set HEDDLE_DATA to a folder." },
};

/** Turns an error of the file system into one that says what is wrong with the data directory; leaves others as they are. */
export function asDataDirectoryError(error: unknown, directory: string): unknown {
  if (!(error instanceof Error) || error instanceof DataDirectoryError || !("code" in error)) return error;
  const code = String(error.code);
  const { what, advice } = explanations[code] ?? { what: "cannot be used", advice: "Set HEDDLE_DATA to another folder." };
  return new DataDirectoryError(`The data directory ${directory} ${what} (${code}).`, advice, { cause: error });
}
