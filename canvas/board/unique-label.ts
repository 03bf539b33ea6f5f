import { GRAPH_LIMITS } from "#runtime/graph/schema.ts";

/** The label, or with the next free number when it is taken: "Code", "Code 2", "Code 3". */
export function uniqueLabel(label: string, taken: ReadonlySet<string>): string {
  if (!taken.has(label)) return label;
  const stem = label.replace(/ \d+$/, "").slice(0, GRAPH_LIMITS.nameLength - 6);
  for (let number = 2; ; number++) {
    const candidate = `${stem} ${number}`;
    if (!taken.has(candidate)) return candidate;
  }
}
