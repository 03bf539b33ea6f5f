import { z } from "zod";
import { dataSchema } from "./json.ts";

/** Bytes of JSON above which a node's result goes to the blob store (`quality.md`, runtime rules). */
export const INLINE_LIMIT_BYTES = 64 * 1024;

/** A value as an event carries it: itself, or the hash under which its JSON is stored. */
export const storedValueSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("inline"), value: dataSchema }),
  z.strictObject({
    type: z.literal("blob"),
    /** SHA-256 of the value's JSON text. */
    hash: z.string(),
    bytes: z.int().min(0),
    /** The beginning of the JSON text, for people. */
    preview: z.string(),
  }),
]);
export type StoredValue = z.infer<typeof storedValueSchema>;

/** Values by port. A port that is absent was skipped. */
export const storedValuesSchema = z.record(z.string(), storedValueSchema);
export type StoredValues = z.infer<typeof storedValuesSchema>;
