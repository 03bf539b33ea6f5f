import type { Json } from "#runtime/graph/json.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { VariableChange } from "./service.ts";

/** Bytes of JSON that the value of a variable may have. */
export const MAX_VARIABLE_BYTES = 64 * 1024;

/** What a variable holds after a change; undefined for none. Throws `NodeError` ("validation" or "limit"). */
export function applyChange(
  before: { value: Json } | undefined,
  { name, operation, value }: Pick<VariableChange, "name" | "operation" | "value">,
): Json | undefined {
  switch (operation) {
    case "set":
      return withinLimit(name, value);
    case "increment": {
      const [found, by] = [before?.value ?? 0, value];
      if (typeof by !== "number") throw refused(`The variable "${name}" is raised by a number only.`);
      if (typeof found !== "number") throw refused(`The variable "${name}" is no number, and cannot be raised.`);
      if (!Number.isFinite(found + by)) throw refused(`The variable "${name}" would be larger than a number can be.`);
      return found + by;
    }
    case "append": {
      const found = before?.value ?? [];
      if (!Array.isArray(found)) throw refused(`The variable "${name}" is no list, and nothing can be added to it.`);
      return withinLimit(name, [...found, value]);
    }
    case "remove":
      return undefined;
  }
}

function withinLimit(name: string, value: Json): Json {
  if (isWithinLimit(value)) return value;
  throw new NodeError("limit", `The variable "${name}" would be larger than ${MAX_VARIABLE_BYTES / 1024} KiB.`, { happened: "no" });
}

export function isWithinLimit(value: Json): boolean {
  return new TextEncoder().encode(JSON.stringify(value)).length <= MAX_VARIABLE_BYTES;
}

function refused(message: string): NodeError {
  return new NodeError("validation", message, { happened: "no" });
}
