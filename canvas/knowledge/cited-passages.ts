import { z } from "zod";
import { chunkIdSchema, docIdSchema } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";

/** A passage as nodes give it on: with what it takes to find it again. */
const passageSchema = z.object({
  text: z.string(),
  document: z.object({ id: docIdSchema, title: z.string(), url: z.string().nullish() }),
  page: z.number().nullable(),
  headings: z.array(z.string()),
  chunk: chunkIdSchema,
  relevance: z.number(),
});
export type CitedPassage = z.infer<typeof passageSchema>;

const passagesSchema = z.array(passageSchema).min(1);

/** The passages that a value is a list of; undefined for anything else. */
export function passagesOf(value: Json): CitedPassage[] | undefined {
  return passagesSchema.safeParse(value).data;
}

export interface Citation {
  number: number;
  passage: CitedPassage;
}

/**
 * The passages that an answer cites by their numbers, as in "[2]" or "[1, 3]". Each search numbers its own from 1, so a number means that of the last search
 * that had so many. What is cited of the same chunk twice stands once.
 */
export function citationsIn(answer: string, searches: readonly (readonly CitedPassage[])[]): Citation[] {
  const numbers = [...answer.matchAll(/\[(\d{1,3}(?:\s*[,;]\s*\d{1,3})*)\]/g)].flatMap(([, list = ""]) => list.split(/[,;]/).map(Number));
  const found = [...new Set(numbers)].flatMap((number) => {
    const passage = searches.findLast((passages) => passages.length >= number)?.[number - 1];
    return passage ? [{ number, passage }] : [];
  });
  const seen = new Set<string>();
  return found.filter(({ passage: { chunk } }) => !seen.has(chunk) && seen.add(chunk)).sort((left, right) => left.number - right.number);
}
