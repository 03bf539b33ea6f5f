import { readFileSync } from "node:fs";
import { z } from "zod";

export const WORKS = {
  constitution: "The Constitution of the United States",
  jargon: "The Jargon File",
  elements: "The Elements",
  devil: "The Devil's Dictionary",
} as const;

const passageSchema = z.strictObject({ id: z.string(), work: z.enum(["constitution", "jargon", "elements", "devil"]), title: z.string(), text: z.string() });
export type EvaluationPassage = z.infer<typeof passageSchema>;

/** A question, and the passages any of which answers it. */
const questionSchema = z.strictObject({ question: z.string(), answers: z.array(z.string()).min(1) });

/** Passages of works in the public domain, and questions about them: names, numbers and rare words in some, other words than the text's in others (`sources.md`). */
export function readEvaluationSet() {
  return { passages: readLines("passages.jsonl", passageSchema), questions: readLines("questions.jsonl", questionSchema) };
}

/** A work as one Markdown text, a heading for each passage. */
export function workText(passages: readonly EvaluationPassage[], work: EvaluationPassage["work"]): string {
  const own = passages.filter((passage) => passage.work === work);
  return own.map(({ title, text }) => `# ${title}\n\n${text}`).join("\n\n");
}

export function readLines<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema>[] {
  const lines = readFileSync(new URL(file, import.meta.url), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => schema.parse(JSON.parse(line)));
}
