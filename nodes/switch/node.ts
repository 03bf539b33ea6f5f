import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { expression, jsonTemplate, records } from "#runtime/node/fields.ts";
import { type Port, port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { firstLine, toText } from "../kit/text/to-text.ts";

const cases = records(
  {
    equals: expression(z.union([z.string(), z.number(), z.boolean()]), { title: "Equals" }).prefault(""),
    title: z.string().max(200).default("").meta({ title: "Title", description: "Names the way out; the value when empty." }),
  },
  { title: "Cases", description: "The first that equals the value is taken. 3 and the text 3 are equal." },
);
export type SwitchCase = z.output<typeof cases>[number];

/** The port of a case keeps its name when the case is changed or moved. */
export function casePort(id: string): string {
  return `case_${id}`;
}

export const OTHERWISE = "otherwise";

export const switchNode = defineNode({
  type: "switch",
  version: 1,
  role: "step",
  title: "Switch",
  description: "Goes one of many ways, by what a value equals.",
  group: "flow",
  icon: "route",
  keywords: ["case", "match", "route", "branch", "condition"],
  config: z.strictObject({
    value: jsonTemplate({ title: "Value", description: "What the cases are compared with." }).optional(),
    cases,
  }),
  initial: { value: "{{ inputs.value }}", cases: [{ id: "first", equals: "yes" }] },
  ports: ({ value, cases }) => ({
    inputs: withReferencedInputs({ value: port.any({ optional: true, title: "Value" }) }, { value, cases }),
    outputs: Object.fromEntries<Port>([
      ...cases.map(({ id, title, equals }, index): [string, Port] => [
        casePort(id),
        port.any({ title: title || firstLine(toText(equals), 40) || `Case ${index + 1}` }),
      ]),
      [OTHERWISE, port.any({ title: "Otherwise" })],
    ]),
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ value, cases }) => {
    const ids = cases.map(({ id }) => id);
    return [
      ...(value === undefined ? [{ path: "/value", message: "Say what the cases are compared with: {{ inputs.value }}, for example." }] : []),
      ...ids.flatMap((id, index) => (ids.indexOf(id) === index ? [] : [{ path: `/cases/${index}/id`, message: "Two cases have one id. Remove one." }])),
    ];
  },
  summary: ({ cases }) => cases.map(({ title, equals }) => title || toText(equals)).join(" · ") || "No cases",
  examples: [
    {
      name: "takes the case that equals",
      config: {
        value: "{{ inputs.value }}",
        cases: [
          { id: "low", equals: "low" },
          { id: "high", equals: "high", title: "Urgent" },
        ],
      },
      inputs: { value: "high" },
      outputs: { case_high: "high" },
    },
    {
      name: "looks inside the value and hands all of it on",
      config: { value: "{{ inputs.value.stars }}", cases: [{ id: "best", equals: "5" }] },
      inputs: { value: { stars: 5, by: "Ada" } },
      outputs: { case_best: { stars: 5, by: "Ada" } },
    },
    {
      name: "goes otherwise",
      config: { value: "{{ inputs.value }}", cases: [{ id: "yes", equals: "yes" }] },
      inputs: { value: "no" },
      outputs: { otherwise: "no" },
    },
  ],
});
