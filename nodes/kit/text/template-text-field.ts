import { z } from "zod";
import { GRAPH_LIMITS } from "#runtime/graph/schema.ts";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { type FieldHint, hint } from "#runtime/node/fields.ts";

/**
 * Co-edited text with `{{ … }}`. Unlike `longText` it takes whatever the expressions yield: a text that is one expression alone
 * becomes that value, of any kind and size. `toText` makes text of it, `checkTemplateText` refuses what is no text in the draft.
 */
export function templateText(about: Pick<FieldHint, "language" | "placeholder"> & { title: string; description?: string }) {
  const { title, description, ...rest } = about;
  const schema = z.unknown().default("").meta({ type: "string", maxLength: GRAPH_LIMITS.textBytes });
  return hint(schema, { ...rest, expression: true, layout: "text" }, { title, ...(description && { description }) });
}

/** What is wrong with the value of a `templateText` field in the draft. */
export function checkTemplateText(field: string, value: unknown): ConfigProblem[] {
  if (typeof value !== "string") return [{ path: `/${field}`, message: "This is not text." }];
  return value.length > GRAPH_LIMITS.textBytes ? [{ path: `/${field}`, message: `The text is longer than ${GRAPH_LIMITS.textBytes} characters.` }] : [];
}
