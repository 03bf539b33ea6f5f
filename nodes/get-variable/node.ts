import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { jsonTemplate } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { withReferencedInputs } from "../kit/expressions/with-referenced-inputs.ts";
import { withoutFields } from "../kit/lists/shown-fields.ts";
import { problemOfVariableName, variableNameField, variableScopeField } from "../kit/variables/variable-name.ts";

export const getVariable = defineNode({
  type: "get-variable",
  version: 1,
  role: "step",
  title: "Get variable",
  description: "Reads a value that was kept under a name.",
  group: "data",
  icon: "bookmark-check",
  keywords: ["load", "read", "state", "remember", "recall", "counter", "global", "memory"],
  config: z.strictObject({
    scope: variableScopeField,
    name: variableNameField,
    whenAbsent: z.enum(["default", "fail"]).default("default").meta({ title: "When there is none" }),
    default: jsonTemplate({ title: "Default", description: "The value when there is none; null when this is empty." }).optional(),
  }),
  ports: ({ name, whenAbsent, default: fallback }) => ({
    inputs: withReferencedInputs(
      { after: port.any({ optional: true, title: "After", description: "Read once this has come." }) },
      whenAbsent === "default" ? { name, fallback } : { name },
    ),
    outputs: { value: port.any({ title: "Value" }), found: port.boolean({ title: "Found", description: "False when the value is the default." }) },
  }),
  effect: "read",
  limits: { timeoutMs: 10_000, attempts: 4 },
  check: ({ name }) => {
    const message = problemOfVariableName(name);
    return message === undefined ? [] : [{ path: "/name", message }];
  },
  form: ({ whenAbsent }, _references, schema) => withoutFields(schema, whenAbsent === "fail" ? ["default"] : []),
  summary: ({ name, scope }) => `${name || "…"}${scope === "workspace" ? " · workspace" : ""}`,
  examples: [
    { name: "reads a variable of the run", config: { name: "seen" }, inputs: {}, outputs: { value: ["a"], found: true } },
    {
      name: "falls back to a default",
      config: { scope: "workspace", name: "greeting", default: "{{ inputs.fallback }}" },
      inputs: { fallback: "Hello" },
      outputs: { value: "Hello", found: false },
    },
    { name: "fails without it", config: { name: "nothing", whenAbsent: "fail" }, inputs: {}, fails: "not-found" },
  ],
});
