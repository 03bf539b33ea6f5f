import { z } from "zod";
import { FORBIDDEN_KEYS } from "#runtime/graph/json.ts";
import { endpointSchema } from "#runtime/graph/schema.ts";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { FAILURE_PORT, type Port } from "#runtime/node/ports.ts";

/** A name people type: anything while they type it. `checkPortNames` says what is wrong with it. */
export const portNameField = z.string().max(100).default("").meta({ title: "Name" });

/** Whether a port may be called so. */
export function isPortName(name: string): boolean {
  return endpointSchema.shape.port.safeParse(name).success && !FORBIDDEN_KEYS.has(name) && name !== FAILURE_PORT;
}

interface Named {
  name: string;
}

/** A port for each item with a sound name; of two with one name the first counts. */
export function namedPorts<Item extends Named>(items: readonly Item[], toPort: (item: Item) => Port): Record<string, Port> {
  const ports = new Map<string, Port>();
  for (const item of items) {
    if (isPortName(item.name) && !ports.has(item.name)) ports.set(item.name, toPort(item));
  }
  return Object.fromEntries(ports);
}

/** What is wrong with the names of a `records` field: `field` is its name in the config. */
export function checkPortNames(field: string, items: readonly Named[]): ConfigProblem[] {
  const seen = new Set<string>();
  return items.flatMap(({ name }, index) => {
    const message = problemOfPortName(name) ?? (seen.has(name) ? `There are two with the name "${name}". Rename one.` : undefined);
    seen.add(name);
    return message === undefined ? [] : [{ path: `/${field}/${index}/name`, message }];
  });
}

/** What is wrong with one name, for the person who typed it. */
export function problemOfPortName(name: string): string | undefined {
  if (name === "") return "Give it a name.";
  if (name === FAILURE_PORT || FORBIDDEN_KEYS.has(name)) return `The name "${name}" is taken. Choose another one.`;
  return isPortName(name) ? undefined : `"${name}" cannot be a name: begin with a letter, then letters, digits, _ and -.`;
}
