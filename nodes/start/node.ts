import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { checkPortNames, namedPorts } from "../kit/ports/port-names.ts";
import { inputFields, PORT_TYPES } from "./fields.ts";
import { misfitOf, runInputSchema } from "./run-input.ts";

export const start = defineNode({
  type: "start",
  version: 1,
  role: "entry",
  title: "Start",
  description: "Where a run begins: asks for the run's input and hands each field on.",
  group: "flow",
  icon: "play",
  keywords: ["input", "trigger", "begin", "form", "parameters"],
  config: z.strictObject({ fields: inputFields }),
  initial: { fields: [{ id: "text", name: "text", title: "Text", type: "text", required: true }] },
  ports: ({ fields }) => ({
    inputs: {},
    outputs: namedPorts(fields, ({ type, title, description }) => port.of(PORT_TYPES[type], { ...(title && { title }), ...(description && { description }) })),
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ fields }) => [
    ...checkPortNames("fields", fields),
    ...fields.flatMap((field, index) => {
      if (field.type === "choice" && field.choices.length === 0) return [{ path: `/fields/${index}/choices`, message: "Give it choices." }];
      const misfit = field.default === undefined ? undefined : misfitOf(field, field.default);
      return misfit ? [{ path: `/fields/${index}/default`, message: `The default does not fit: the field ${misfit}` }] : [];
    }),
  ],
  input: ({ fields }) => runInputSchema(fields),
  summary: ({ fields }) => fields.map(({ name, title }) => title || name).join(", ") || "No input",
  examples: [
    {
      name: "asks for a topic and fills in the length",
      config: {
        fields: [
          { id: "a", name: "topic", title: "Topic", type: "text" },
          { id: "b", name: "words", title: "Words", type: "number", default: 200 },
        ],
      },
      inputs: { input: { topic: "looms" } },
      outputs: { topic: "looms", words: 200 },
    },
    {
      name: "leaves an optional field out",
      config: {
        fields: [
          { id: "a", name: "tone", type: "choice", choices: ["dry", "warm"] },
          { id: "b", name: "tags", type: "list", required: false },
        ],
      },
      inputs: { input: { tone: "warm" } },
      outputs: { tone: "warm" },
    },
    {
      name: "hands a file on",
      config: { fields: [{ id: "a", name: "photo", type: "image" }] },
      inputs: { input: { photo: { $asset: "0".repeat(64), name: "loom.png", mediaType: "image/png", bytes: 2_048 } } },
      outputs: { photo: { $asset: "0".repeat(64), name: "loom.png", mediaType: "image/png", bytes: 2_048 } },
    },
    {
      name: "refuses a run without what it needs",
      config: { fields: [{ id: "a", name: "topic" }] },
      inputs: { input: {} },
      fails: "validation",
    },
  ],
});
