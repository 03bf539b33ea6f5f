import { expect, it } from "vitest";
import { parseTemplate } from "./parse-template.ts";
import { referencesOf } from "./references.ts";

function references(source: string) {
  const parsed = parseTemplate(source);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return referencesOf(parsed.template);
}

it.each([
  ["plain \\{{ inputs.x }}", { inputs: [], nodes: [], wholeInputs: false }],
  ["{{ inputs.a + inputs.b.c }} {{ inputs.a }}", { inputs: ["a", "b"], nodes: [], wholeInputs: false }],
  ['{{ inputs["a-b"] }}', { inputs: ["a-b"], nodes: [], wholeInputs: false }],
  ["{{ inputs[run.id] }}", { inputs: [], nodes: [], wholeInputs: true }],
  ["{{ json(inputs) }}", { inputs: [], nodes: [], wholeInputs: true }],
  ["{{ nodes.node_a.text.size() }}", { inputs: [], nodes: [{ node: "node_a", port: "text" }], wholeInputs: false }],
  ['{{ nodes["node_a"].text + nodes.node_a["text"] }}', { inputs: [], nodes: [{ node: "node_a", port: "text" }], wholeInputs: false }],
  ["{{ nodes.node_a[inputs.port] }}", { inputs: ["port"], nodes: [{ node: "node_a" }], wholeInputs: false }],
  [
    "{{ has(nodes.node_a.x) ? default(nodes.node_b.y, inputs.z) : !inputs.w }}",
    {
      inputs: ["z", "w"],
      nodes: [
        { node: "node_a", port: "x" },
        { node: "node_b", port: "y" },
      ],
      wholeInputs: false,
    },
  ],
  [
    '{{ inputs.rows.filter(inner, inner.x == inputs.y).map(r, {"k": [nodes.node_c.z, -r]}) }}',
    { inputs: ["rows", "y"], nodes: [{ node: "node_c", port: "z" }], wholeInputs: false },
  ],
])("%s", (source, expected) => {
  expect(references(source)).toEqual(expected);
});
