import { z } from "zod";

export const timeSchema = z.iso.datetime();
export const emptySchema = z.strictObject({});

/** Query of every list: newest first, `cursor` from the answer before. */
export const listQuerySchema = z.strictObject({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  search: z.string().max(200).optional(),
});

/** A page of a list; without `nextCursor` it is the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), nextCursor: z.string().optional() });
}

/** A list that is short by nature. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item) });
}

/** Names the workspace of a request that names no resource; absent: the caller's first one. */
export const WORKSPACE_HEADER = "heddle-workspace";

/** What people call a thing. */
export const nameSchema = z.string().trim().min(1, { error: "Give it a name." }).max(200);
