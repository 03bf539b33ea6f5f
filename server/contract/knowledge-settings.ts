import { z } from "zod";
import { connectionIdSchema } from "#runtime/graph/ids.ts";

/** Text search configurations that every Postgres has; `simple` takes words as they are written. */
export const LANGUAGES = [
  ...["simple", "arabic", "danish", "dutch", "english", "finnish", "french", "german", "greek", "hungarian", "indonesian", "irish", "italian"],
  ...["lithuanian", "nepali", "norwegian", "portuguese", "romanian", "russian", "spanish", "swedish", "tamil", "turkish"],
] as const;

/** With what a person is told who types another one. */
export function wholeNumber(least: number, most: number) {
  const error = `Enter a whole number from ${least.toLocaleString("en")} to ${most.toLocaleString("en")}.`;
  return z.int(error).min(least, error).max(most, error);
}

/** How a text is cut. */
export const chunkingSchema = z
  .strictObject({
    /** `headings`: a chunk never reaches over a title. `paragraphs`: it may, where that fills it. */
    by: z.enum(["headings", "paragraphs"]).default("headings"),
    /** Tokens a chunk has at most, as the built-in estimate counts them. */
    size: wholeNumber(32, 2_000).default(256),
    /** Tokens that a chunk repeats of the one before. */
    overlap: wholeNumber(0, 500).default(32),
  })
  .refine(({ size, overlap }) => overlap <= size / 2, { path: ["overlap"], error: "The overlap is at most half the size." });
export type Chunking = z.infer<typeof chunkingSchema>;

/** What turns text into vectors. */
export const embedderSchema = z.discriminatedUnion("type", [
  /** English, offline. */
  z.strictObject({ type: z.literal("built-in") }),
  /** A model connection that speaks the embeddings API of OpenAI. */
  z.strictObject({ type: z.literal("connection"), connection: connectionIdSchema, model: z.string().trim().min(1).max(200) }),
]);
export type EmbedderSettings = z.infer<typeof embedderSchema>;

/** A model that reads the best passages again and orders them. */
export const rerankerSchema = z.strictObject({
  connection: connectionIdSchema,
  model: z.string().trim().min(1).max(200).optional(),
  /** Passages it reads. */
  candidates: wholeNumber(2, 50).default(20),
});
export type RerankerSettings = z.infer<typeof rerankerSchema>;

export const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^\p{Cc},]+$/u, { error: "A tag has no comma and nothing that cannot be seen." });
export const tagsSchema = z.array(tagSchema).max(50);
