import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { expression } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { firstLine } from "../kit/text/to-text.ts";

export const branch = defineNode({
  type: "branch",
  version: 1,
  role: "step",
  title: "Branch",
  description: "Goes one of two ways: hands the value on where the condition is true, or where it is false.",
  group: "flow",
  icon: "split",
  keywords: ["if", "else", "condition", "decide"],
  config: z.strictObject({
    condition: expression(z.boolean(), { title: "Condition", language: "expression", placeholder: "{{ inputs.value > 10 }}" }).optional(),
  }),
  initial: { condition: "{{ inputs.value == true }}" },
  ports: ({ condition }) => ({
    inputs: withReferencedInputs({ value: port.any({ optional: true, title: "Value" }) }, condition),
    outputs: { true: port.any({ title: "True" }), false: port.any({ title: "False" }) },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ condition }) => (condition === undefined ? [{ path: "/condition", message: "Write a condition: {{ inputs.value > 10 }}, for example." }] : []),
  summary: ({ condition }) => firstLine(String(condition ?? "No condition").replace(/^\s*\{\{\s*|\s*\}\}\s*$/g, "")),
  examples: [
    { name: "hands a large number on", config: { condition: "{{ inputs.value > 10 }}" }, inputs: { value: 12 }, outputs: { true: 12 } },
    {
      name: "decides by one input and hands another on",
      config: { condition: "{{ inputs.approved }}" },
      inputs: { value: "draft", approved: false },
      outputs: { false: "draft" },
    },
    { name: "yields true when there is no value", config: { condition: true }, inputs: {}, outputs: { true: true } },
    { name: "fails when the condition is neither true nor false", config: { condition: "{{ inputs.value }}" }, inputs: { value: "yes" }, fails: "validation" },
  ],
});
