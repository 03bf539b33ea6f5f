import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { jsonTemplate } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { withoutFields } from "../kit/lists/shown-fields.ts";
import { problemOfVariableName, variableNameField, variableScopeField } from "../kit/variables/variable-name.ts";

export const setVariable = defineNode({
  type: "set-variable",
  version: 1,
  role: "step",
  title: "Set variable",
  description: "Keeps a value under a name, for later steps, other iterations or other runs.",
  group: "data",
  icon: "variable",
  keywords: ["store", "save", "state", "remember", "counter", "increment", "append", "global", "memory"],
  config: z.strictObject({
    scope: variableScopeField,
    name: variableNameField,
    operation: z.enum(["set", "increment", "append", "remove"]).default("set").meta({
      title: "Operation",
      description: "Increment adds to a number, append adds an item to a list. Each change happens once, whatever fails in between.",
    }),
    value: jsonTemplate({ title: "Value" }).optional(),
  }),
  initial: { value: "{{ inputs.value }}" },
  ports: ({ name, operation, value }) => ({
    inputs: withReferencedInputs({ value: port.any({ optional: true, title: "Value" }) }, operation === "remove" ? { name } : { name, value }),
    outputs: { value: port.any({ title: "Value", description: "What the variable holds now; null when it was removed." }) },
  }),
  effect: "keyed",
  limits: { timeoutMs: 10_000, attempts: 4 },
  check: ({ name, operation, value }) => {
    const message = problemOfVariableName(name);
    return [
      ...(message === undefined ? [] : [{ path: "/name", message }]),
      ...(operation !== "remove" && value === undefined ? [{ path: "/value", message: "Give it a value: {{ inputs.value }}, for example." }] : []),
    ];
  },
  form: ({ operation }, _references, schema) => withoutFields(schema, operation === "remove" ? ["value"] : []),
  summary: ({ name, operation, scope }) => `${operation} ${name || "…"}${scope === "workspace" ? " · workspace" : ""}`,
  examples: [
    { name: "keeps what came in", config: { name: "topic", value: "{{ inputs.value }}" }, inputs: { value: "looms" }, outputs: { value: "looms" } },
    {
      name: "counts over all runs of the workspace",
      config: { scope: "workspace", name: "orders.count", operation: "increment", value: 1 },
      inputs: {},
      outputs: { value: 42 },
    },
    {
      name: "adds to a list",
      config: { name: "seen", operation: "append", value: "{{ inputs.value }}" },
      inputs: { value: "b" },
      outputs: { value: ["a", "b"] },
    },
    { name: "removes", config: { name: "seen", operation: "remove" }, inputs: {}, outputs: { value: null } },
    { name: "refuses to count what is no number", config: { name: "seen", operation: "increment", value: 1 }, inputs: {}, fails: "validation" },
  ],
});
