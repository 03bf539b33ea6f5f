import { z } from "zod";
import { jsonSchema } from "../graph/json.ts";
import { NodeError } from "./node-error.ts";
import { listItem, type PortType } from "./ports.ts";

/** A stored file as a value: content is fetched by its hash, never carried along. */
export const fileValueSchema = z.strictObject({
  $asset: z.string().regex(/^[0-9a-f]{64}$/),
  name: z.string().max(500),
  mediaType: z.string().max(200),
  bytes: z.number().int().min(0),
});

export type FileValue = z.infer<typeof fileValueSchema>;

const messageSchema = z.looseObject({ role: z.enum(["system", "user", "assistant", "tool"]), content: jsonSchema });

/**
 * A value as an input of this type takes it: numbers and booleans become text, text becomes one user message, the rest must
 * already fit. Throws `NodeError("validation")` with happened "no".
 */
export function coerceToPort(value: unknown, type: PortType, name: string): unknown {
  const item = listItem(type);
  if (item) {
    if (!Array.isArray(value)) throw misfit(name, type, value);
    return value.map((entry, index) => coerceToPort(entry, item, `${name}[${index}]`));
  }
  switch (type) {
    case "text":
      if (typeof value === "number" || typeof value === "boolean") return String(value);
      if (typeof value !== "string") throw misfit(name, type, value);
      return value;
    case "number":
    case "boolean":
      if (typeof value !== type) throw misfit(name, type, value);
      return value;
    case "file":
    case "image": {
      const file = fileValueSchema.safeParse(value);
      if (!file.success || (type === "image" && !file.data.mediaType.startsWith("image/"))) throw misfit(name, type, value);
      return value;
    }
    case "messages": {
      if (typeof value === "string") return [{ role: "user", content: value }];
      if (!z.array(messageSchema).safeParse(value).success) throw misfit(name, type, value);
      return value;
    }
    default:
      return value;
  }
}

function misfit(name: string, type: PortType, value: unknown): NodeError {
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
  return new NodeError("validation", `The input "${name}" takes ${type}, and got ${found}.`, { happened: "no" });
}
