import { expect, it } from "vitest";
import { withReferencedInputs } from "./with-referenced-inputs.ts";

it("finds the names in any part of a config, in their order", () => {
  const config = { url: "https://{{ inputs.host }}/", list: [{ value: "{{ inputs.a + inputs.host }}" }, 3, null], text: "no {{ nodes.node_x.out }}" };
  expect(withReferencedInputs({}, config)).toEqual({ host: { type: "any", optional: false }, a: { type: "any", optional: false } });
});

it("makes a name optional that is only read where it may be missing", () => {
  const optional = (text: string) => withReferencedInputs({}, text).a?.optional;
  expect(optional('{{ default(inputs.a, "x") }}')).toBe(true);
  expect(optional("{{ has(inputs.a) }}")).toBe(true);
  expect(optional("{{ has(inputs.a) }} {{ inputs.a }}")).toBe(false);
  expect(optional("{{ inputs.a }} {{ has(inputs.a) }}")).toBe(false);
  expect(optional("{{ default(1, inputs.a) }}")).toBe(false);
});

it.each(["{{ inputs.failure }}", "{{ inputs['a b'] }}", "{{ broken", "inputs.a", "\\{{ inputs.a }}", "{{ inputs.__proto__ }}"])("finds none in %s", (text) => {
  expect(withReferencedInputs({}, text)).toEqual({});
});

it("keeps the node's own ports, and demands one that is read", () => {
  const own = { a: { type: "text", title: "A", optional: true }, b: { type: "number", optional: true } } as const;
  expect(withReferencedInputs(own, "{{ inputs.a + inputs.c }} {{ has(inputs.b) }}")).toEqual({
    a: { type: "text", title: "A", optional: false },
    b: { type: "number", optional: true },
    c: { type: "any", optional: false },
  });
});
