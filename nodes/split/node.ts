import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { expression } from "#runtime/node/fields.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { withoutFields } from "../kit/lists/shown-fields.ts";

const MAX_COUNT = 1_000_000_000;
const count = (least: number) => z.int().min(least).max(MAX_COUNT);

const splitConfig = z.strictObject({
  into: z.enum(["batches", "first", "last", "range", "lines", "parts"]).default("batches").meta({
    title: "Split into",
    description: "A list into batches; its first items, its last, or a range of them and the rest; a text into lines, or into the parts between separators.",
  }),
  size: expression(count(1), { title: "Items in a batch", description: "The last batch may have fewer." }).prefault(10),
  skip: expression(count(0), { title: "Skip", description: "How many items come before the range." }).prefault(0),
  count: expression(count(0), { title: "How many" }).prefault(1),
  separator: z.string().max(100).default(",").meta({ title: "Separator", description: "\\n stands for a line break, \\t for a tab." }),
  trim: z.boolean().default(true).meta({ title: "Trim white space", description: "At both ends of each part." }),
  skipEmpty: z.boolean().default(true).meta({ title: "Leave out empty parts" }),
});
export type SplitConfig = z.output<typeof splitConfig>;

const SHOWN = {
  batches: ["size"],
  first: ["count"],
  last: ["count"],
  range: ["skip", "count"],
  lines: ["trim", "skipEmpty"],
  parts: ["separator", "trim", "skipEmpty"],
} as const satisfies Record<SplitConfig["into"], readonly (keyof SplitConfig)[]>;

export const split = defineNode({
  type: "split",
  version: 1,
  role: "step",
  title: "Split",
  description: "Splits a list into batches, or into some of its items and the rest, or a text into parts.",
  group: "data",
  icon: "scissors",
  keywords: ["list", "batch", "chunk", "limit", "first", "last", "slice", "page", "lines", "text", "separator"],
  config: splitConfig,
  ports: (config) => ({ inputs: inputsOf(config), outputs: outputsOf(config) }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ into, separator }) => (into === "parts" && separator === "" ? [{ path: "/separator", message: "Write what stands between the parts." }] : []),
  form: ({ into }, _references, schema) => {
    const shown: readonly string[] = ["into", ...SHOWN[into]];
    return withoutFields(
      schema,
      Object.keys(splitConfig.shape).filter((field) => !shown.includes(field)),
    );
  },
  summary,
  examples: [
    {
      name: "makes batches",
      config: { size: 2 },
      inputs: { items: [1, 2, 3, 4, 5] },
      outputs: { batches: [[1, 2], [3, 4], [5]] },
    },
    {
      name: "takes as many as an input says",
      config: { into: "first", count: "{{ inputs.limit }}" },
      inputs: { items: ["a", "b", "c"], limit: 2 },
      outputs: { taken: ["a", "b"], rest: ["c"] },
    },
    {
      name: "takes the second page",
      config: { into: "range", skip: 2, count: 2 },
      inputs: { items: [1, 2, 3, 4, 5] },
      outputs: { taken: [3, 4], rest: [1, 2, 5] },
    },
    {
      name: "splits a text into lines",
      config: { into: "lines" },
      inputs: { text: "warp\r\n\r\n  weft\n" },
      outputs: { parts: ["warp", "weft"] },
    },
    {
      name: "splits a text where the separator stands",
      config: { into: "parts", separator: ";", skipEmpty: false },
      inputs: { text: "a; b;;c" },
      outputs: { parts: ["a", "b", "", "c"] },
    },
  ],
});

function isText(into: SplitConfig["into"]): boolean {
  return into === "lines" || into === "parts";
}

/** Numbers are evaluated in any case, so what they read is wired in any case. */
function inputsOf({ into, size, skip, count }: SplitConfig): Record<string, Port> {
  const own: Record<string, Port> = isText(into) ? { text: port.text({ title: "Text" }) } : { items: port.list("any", { title: "Items" }) };
  return withReferencedInputs(own, [size, skip, count]);
}

function outputsOf({ into }: SplitConfig): Record<string, Port> {
  if (isText(into)) return { parts: port.list("text", { title: "Parts" }) };
  if (into === "batches") return { batches: port.list("list<any>", { title: "Batches" }) };
  return { taken: port.list("any", { title: "Taken" }), rest: port.list("any", { title: "Rest" }) };
}

function summary({ into, size, skip, count, separator }: SplitConfig): string {
  switch (into) {
    case "batches":
      return `Batches of ${size}`;
    case "first":
    case "last":
      return `The ${into} ${count}`;
    case "range":
      return `${count} after ${skip}`;
    case "lines":
      return "Lines";
    case "parts":
      return `Parts between ${separator === " " ? "spaces" : separator}`;
  }
}
