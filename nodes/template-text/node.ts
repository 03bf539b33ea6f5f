import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { checkTemplateText, templateText as templateTextField } from "../kit/text/template-text-field.ts";
import { firstLine, toText } from "../kit/text/to-text.ts";

export const templateText = defineNode({
  type: "template-text",
  version: 1,
  role: "step",
  title: "Text template",
  description: "Writes a text with values filled in; every {{ inputs.name }} becomes an input.",
  group: "data",
  icon: "file-text",
  keywords: ["prompt", "format", "string", "markdown", "interpolate"],
  config: z.strictObject({
    template: templateTextField({ title: "Text", language: "markdown", description: "Put values in with {{ inputs.name }}." }),
  }),
  initial: { template: "Hello {{ inputs.name }}!" },
  ports: ({ template }) => ({ inputs: withReferencedInputs({}, template), outputs: { text: port.text({ title: "Text" }) } }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ template }) => checkTemplateText("template", template),
  summary: ({ template }) => firstLine(toText(template)),
  examples: [
    {
      name: "greets by name",
      config: { template: "Hello {{ inputs.name }}, you have {{ inputs.count }} new messages." },
      inputs: { name: "Ada", count: 3 },
      outputs: { text: "Hello Ada, you have 3 new messages." },
    },
    {
      name: "falls back when nothing came",
      config: { template: 'Dear {{ default(inputs.name, "reader") }}' },
      inputs: {},
      outputs: { text: "Dear reader" },
    },
    { name: "shows a list as JSON", config: { template: "{{ inputs.rows }}" }, inputs: { rows: [1, 2] }, outputs: { text: "[1,2]" } },
  ],
});
