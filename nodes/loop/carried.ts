import { z } from "zod";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { records } from "#runtime/node/fields.ts";
import type { Port } from "#runtime/node/ports.ts";
import { isPortName, portNameField } from "../kit/ports/port-names.ts";

const TYPES = ["any", "text", "number", "boolean", "json", "messages", "file", "image", "list<any>", "list<text>", "list<number>", "list<json>"] as const;

export const carry = records(
  { name: portNameField, type: z.enum(TYPES).default("any").meta({ title: "Type" }) },
  {
    title: "Carried values",
    description: "What one round hands to the next: each is an input, an output, and inside the loop a value of this round and the next.",
  },
);
export type Carried = z.output<typeof carry>[number];

/** Names of the loop's other ports. */
const TAKEN: ReadonlySet<string> = new Set(["round", "rounds", "done", "finished"]);

/** The port that gives a carried value to the body. */
export function thisPort(name: string): string {
  return `this_${name}`;
}

/** The port that takes it back. */
export function nextPort(name: string): string {
  return `next_${name}`;
}

/** The carried values with a sound name; of two with one name the first counts. */
export function soundCarried(items: readonly Carried[]): Carried[] {
  const seen = new Set<string>();
  return items.filter(({ name }) => problemOfName(name) === undefined && !seen.has(name) && seen.add(name));
}

/** A port for each carried value, its name made of the value's. */
export function carriedPorts(items: readonly Carried[], make: (item: Carried) => [name: string, port: Port]): Record<string, Port> {
  return Object.fromEntries(soundCarried(items).map(make));
}

export function checkCarried(items: readonly Carried[]): ConfigProblem[] {
  const names = items.map(({ name }) => name);
  return names.flatMap((name, index) => {
    const message = problemOfName(name) ?? (names.indexOf(name) === index ? undefined : `There are two with the name "${name}". Rename one.`);
    return message === undefined ? [] : [{ path: `/carry/${index}/name`, message }];
  });
}

function problemOfName(name: string): string | undefined {
  if (name === "") return "Give it a name.";
  if (TAKEN.has(name) || /^(this|next)_/.test(name)) return `The name "${name}" is taken. Choose another one.`;
  const isSound = /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && isPortName(name) && isPortName(nextPort(name));
  return isSound ? undefined : `"${name}" cannot be a name: begin with a letter, then letters, digits and _.`;
}
