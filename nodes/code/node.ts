import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { longText, records } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { isRepeatable } from "../kit/code/is-repeatable.ts";
import { checkPortNames, namedPorts, portNameField } from "../kit/ports/port-names.ts";
import { firstLine } from "../kit/text/to-text.ts";

const valueType = z
  .enum(["any", "text", "number", "boolean", "json", "list<any>", "list<text>", "list<number>", "list<json>"])
  .default("any")
  .meta({ title: "Type" });

const INITIAL_SOURCE = `// Values arrive in \`inputs\`; what you return is the result.
return inputs.value;
`;

export const code = defineNode({
  type: "code",
  version: 1,
  role: "step",
  title: "Code",
  description: "Runs JavaScript or TypeScript in a sandbox without network, files or secrets.",
  group: "data",
  icon: "square-code",
  keywords: ["javascript", "typescript", "script", "function", "sandbox"],
  config: z.strictObject({
    source: longText({ title: "Code", language: "typescript", description: "The body of an async function of `inputs`." }),
    language: z.enum(["typescript", "javascript"]).default("typescript").meta({ title: "Language" }),
    inputs: records(
      { name: portNameField, type: valueType, optional: z.boolean().default(false).meta({ title: "Optional", description: "Runs without it, too." }) },
      { title: "Inputs", description: "Each is a port, and a member of `inputs`." },
    ),
    outputs: records(
      { name: portNameField, type: valueType },
      {
        title: "Outputs",
        description: "One named result is what the code returns; else it returns an object with a member for each. What is left out is skipped.",
      },
    ),
  }),
  initial: {
    source: INITIAL_SOURCE,
    inputs: [{ id: "value", name: "value", type: "any" }],
    outputs: [{ id: "result", name: "result", type: "any" }],
  },
  ports: ({ inputs, outputs }) => ({
    inputs: namedPorts(inputs, ({ type, optional }) => port.of(type, optional ? { optional } : {})),
    outputs: namedPorts(outputs, ({ type }) => port.of(type)),
  }),
  effect: "pure",
  cacheable: ({ source }) => isRepeatable(source),
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ source, inputs, outputs }) => [
    ...(source.trim() === "" ? [{ path: "/source", message: "Write some code; what it returns is the result." }] : []),
    ...checkPortNames("inputs", inputs),
    ...checkPortNames("outputs", outputs),
  ],
  summary: ({ source }) => firstLine(source.split("\n").find((line) => line.trim() !== "" && !line.trimStart().startsWith("//")) ?? ""),
  tool: true,
  examples: [
    {
      name: "returns one result",
      config: {
        source: "const total: number = inputs.prices.reduce((sum: number, price: number) => sum + price, 0);\nreturn total;",
        inputs: [{ id: "a", name: "prices", type: "list<number>" }],
        outputs: [{ id: "b", name: "result", type: "number" }],
      },
      inputs: { prices: [1, 2, 3.5] },
      outputs: { result: 6.5 },
    },
    {
      name: "returns several outputs and skips one",
      config: {
        language: "javascript",
        source: "const words = inputs.text.split(' ');\nreturn words.length > 3 ? { long: words } : { short: words.length };",
        inputs: [{ id: "a", name: "text", type: "text" }],
        outputs: [
          { id: "b", name: "short", type: "number" },
          { id: "c", name: "long", type: "list<text>" },
        ],
      },
      inputs: { text: "two words" },
      outputs: { short: 2 },
    },
    { name: "fails when the code throws", config: { source: "throw new Error('no');", outputs: [{ id: "a", name: "result" }] }, inputs: {}, fails: "code" },
  ],
});
