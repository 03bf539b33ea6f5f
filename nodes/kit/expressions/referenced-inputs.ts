import { parseTemplate } from "#runtime/expression/parse-template.ts";
import { childrenOf, type Syntax } from "#runtime/expression/syntax.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import { isPortName } from "../ports/port-names.ts";

/**
 * Input ports for the names that expressions read as `inputs.<name>`, in the order of the text. `values` is any part of a config;
 * texts that do not parse count for nothing. A name that is only read inside `has(…)` or `default(…, …)` makes an optional port.
 */
export function referencedInputs(values: unknown): Record<string, Port> {
  const found = new Map<string, Port>();
  for (const text of textsOf(values)) {
    const parsed = parseTemplate(text);
    if (!parsed.ok) continue;
    for (const part of parsed.template.parts) {
      if (typeof part === "object") collect(part.syntax, { found, isGuarded: false });
    }
  }
  return Object.fromEntries(found);
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return value.includes("{{") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

function collect(syntax: Syntax, reading: { found: Map<string, Port>; isGuarded: boolean }): void {
  const { found, isGuarded } = reading;
  if (syntax.kind === "field" && syntax.object.kind === "root" && syntax.object.name === "inputs") {
    if (!isPortName(syntax.key)) return;
    const isOptional = isGuarded && found.get(syntax.key)?.optional !== false;
    found.set(syntax.key, port.any({ optional: isOptional }));
    return;
  }
  if (syntax.kind === "default") {
    collect(syntax.value, { found, isGuarded: true });
    collect(syntax.fallback, reading);
    return;
  }
  for (const child of childrenOf(syntax)) collect(child, { found, isGuarded: isGuarded || syntax.kind === "has" });
}
