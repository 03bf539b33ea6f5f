import { z } from "zod";
import { createId, docIdSchema } from "#runtime/graph/ids.ts";
import type { NewJob } from "../store/jobs.ts";

export const INDEX_KIND = "knowledge-index";

export const indexInputSchema = z.strictObject({
  document: docIdSchema,
  /** Stop when it is cut. */
  preview: z.boolean(),
  /** Of a preview, whose chunks are taken as they are; null: the source is read. */
  generation: z.int().nullable(),
  /** Its title was given: what the document calls itself does not count. */
  isNamed: z.boolean(),
});
export type IndexInput = z.infer<typeof indexInputSchema>;

/** The job that indexes a document. */
export function indexJob({ workspace, id, title }: { workspace: string; id: string; title: string }, more: Omit<IndexInput, "document">): NewJob {
  const input = { ...more, document: docIdSchema.parse(id) } satisfies IndexInput;
  return { workspace, input, id: createId("job"), kind: INDEX_KIND, title: `Index “${title}”`, subject: id };
}
