import { customType, type ExtraConfigColumn, text, timestamp } from "drizzle-orm/pg-core";

/** Every table has it, in whatever key it takes part: no row belongs to two workspaces. */
export const workspaceId = () => text("workspace_id").notNull();

/** An instant with milliseconds, as `Date` knows it; a column of microseconds would not equal the value that was read from it. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

/**
 * JSON as it was written. Of the type `json`, not `jsonb`: jsonb refuses strings with \u0000 or half a surrogate pair (a tool or a web page may
 * send both), reorders keys and costs more to write, and nothing searches inside these values. A custom type, because Drizzle's own parses a
 * stored *string* a second time ("12" would come back as 12). `null` is stored as SQL null. Read it with a zod schema.
 */
export const jsonValue = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => "json",
  toDriver: (value) => JSON.stringify(value),
});

/** Bytes; read as a Buffer, written from any Uint8Array. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => "bytea",
});

/**
 * Sorts a column of an index from the newest, as `order by … desc` asks for it. Drizzle's own `.desc()` on an index means NULLS LAST, the query's
 * means NULLS FIRST, and Postgres then sorts every row instead of reading the index.
 */
export const newestFirst = (column: ExtraConfigColumn) => column.desc().nullsFirst();
