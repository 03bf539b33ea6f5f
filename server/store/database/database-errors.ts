/** The database could not be opened or has stopped. `advice` tells the person who runs Heddle what to do. */
export class DatabaseUnavailableError extends Error {
  override readonly name: string = "DatabaseUnavailableError";
  readonly advice: string;

  constructor(message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.advice = advice;
  }
}

/** The files of the embedded database cannot be read as a database. They are never replaced on our own account: they may be all that is left. */
export class DatabaseCorruptError extends DatabaseUnavailableError {
  override readonly name = "DatabaseCorruptError";

  constructor(directory: string, reason: string) {
    super(
      `The database in ${directory} cannot be opened: ${reason}`,
      `Restore a backup of ${directory}. If there is none, move that directory away and start again: Heddle then creates an empty database.`,
    );
  }
}

/** A newer Heddle has already migrated this database; running older code on it could lose data. */
export class DatabaseTooNewError extends DatabaseUnavailableError {
  override readonly name = "DatabaseTooNewError";

  constructor(migratedAt: Date) {
    super(
      `This database was migrated by a newer Heddle (its last migration is of ${migratedAt.toISOString()}, unknown to this version).`,
      "Start the newer Heddle again, or restore a backup made before the update.",
    );
  }
}

/** The outer handle was used inside a transaction: with one connection this would wait for itself for ever. */
export class NestedDatabaseUseError extends Error {
  override readonly name = "NestedDatabaseUseError";

  constructor() {
    super("The database handle was used inside a transaction. Use the `tx` that the transaction was given.");
  }
}

/** The five-character SQLSTATE of a database error, looked for along `cause` (Drizzle wraps the driver's error); undefined for any other error. */
export function sqlStateOf(error: unknown): string | undefined {
  const found = driverErrorOf(error);
  return found?.code;
}

/** Whether a unique constraint or unique index refused the row; with a name, whether it was that one. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const found = driverErrorOf(error);
  return found?.code === "23505" && (constraint === undefined || found.constraint === constraint);
}

/** Whether the disk (or quota) is full: Postgres says 53100, the file system ENOSPC or EDQUOT. */
export function isDiskFull(error: unknown): boolean {
  if (sqlStateOf(error) === "53100") return true;
  for (let current = error; current instanceof Error; current = current.cause) {
    if ("code" in current && (current.code === "ENOSPC" || current.code === "EDQUOT")) return true;
    if (/ENOSPC|No space left on device/.test(current.message)) return true;
  }
  return false;
}

function driverErrorOf(error: unknown): { code: string; constraint: string | undefined } | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (!("code" in current) || typeof current.code !== "string" || !/^[0-9A-Z]{5}$/.test(current.code)) continue;
    const constraint = "constraint" in current && typeof current.constraint === "string" ? current.constraint : undefined;
    // Five-letter operating system codes (EPERM, EBUSY) look like a SQLSTATE; only the driver's errors carry a severity.
    if ("severity" in current) return { code: current.code, constraint };
  }
  return undefined;
}
