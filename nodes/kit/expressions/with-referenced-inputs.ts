import { parseTemplate } from "#runtime/expression/parse-template.ts";
import { childrenOf, type Syntax } from "#runtime/expression/syntax.ts";
import type { Port } from "#runtime/node/ports.ts";
import { isPortName } from "../ports/port-names.ts";

/**
 * The node's own input ports, and one for each further name that expressions read as `inputs.<name>`, in the order of the text.
 * `values` is any part of a config; texts that do not parse count for nothing. A name that is only read inside `has(…)` or
 * `default(…, …)` may stay without a value; any other name that is read needs one, so that its port is not optional.
 */
export function withReferencedInputs(own: Record<string, Port>, values: unknown): Record<string, Port> {
  const isNeeded = new Map<string, boolean>();
  for (const text of textsOf(values)) {
    const parsed = parseTemplate(text);
    if (!parsed.ok) continue;
    for (const part of parsed.template.parts) {
      if (typeof part === "object") collect(part.syntax, { isNeeded, isGuarded: false });
    }
  }
  const read = [...isNeeded].map(([name, needed]): [string, Port] => {
    const port: Port = (Object.hasOwn(own, name) ? own[name] : undefined) ?? { type: "any", optional: true };
    return [name, needed ? { ...port, optional: false } : port];
  });
  return { ...own, ...Object.fromEntries(read) };
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return value.includes("{{") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

function collect(syntax: Syntax, reading: { isNeeded: Map<string, boolean>; isGuarded: boolean }): void {
  const { isNeeded, isGuarded } = reading;
  if (syntax.kind === "field" && syntax.object.kind === "root" && syntax.object.name === "inputs") {
    if (isPortName(syntax.key)) isNeeded.set(syntax.key, !isGuarded || isNeeded.get(syntax.key) === true);
    return;
  }
  if (syntax.kind === "default") {
    collect(syntax.value, { isNeeded, isGuarded: true });
    collect(syntax.fallback, reading);
    return;
  }
  for (const child of childrenOf(syntax)) collect(child, { isNeeded, isGuarded: isGuarded || syntax.kind === "has" });
}
