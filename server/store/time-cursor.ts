import { and, eq, lt, or, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";

/** Where a page of a list, newest first, ended. */
export function writeTimeCursor({ id, createdAt }: { id: string; createdAt: Date }): string {
  return `${createdAt.toISOString()}~${id}`;
}

/** What comes after it in a list by time and id, both falling. A cursor that is none of ours has nothing after it. */
export function afterTimeCursor(cursor: string | undefined, columns: { createdAt: PgColumn; id: PgColumn }): SQL | undefined {
  if (cursor === undefined) return undefined;
  const [time = "", id = ""] = cursor.split("~");
  const parsed = new Date(time);
  const at = Number.isNaN(parsed.getTime()) ? new Date(0) : parsed;
  return or(lt(columns.createdAt, at), and(eq(columns.createdAt, at), lt(columns.id, id)));
}
