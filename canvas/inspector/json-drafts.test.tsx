import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import type { NodeId } from "#runtime/graph/ids.ts";
import type { Json } from "#runtime/graph/json.ts";
import { FormContext, type FormSurroundings } from "./form-context.ts";
import { type JsonDraft, shownJson, useJsonDraft } from "./json-drafts.ts";

type Written = (Json | undefined)[];

function Control({ found, written }: { found: JsonDraft[]; written: Written }) {
  found.push(useJsonDraft({ path: "/body", value: { a: 1 }, onChange: (value) => written.push(value), expression: false }));
  return null;
}

/** The draft of a control that is drawn anew, as when its node is selected again. */
function drawn(node: string | undefined, written: Written = []): JsonDraft {
  const found: JsonDraft[] = [];
  const form = { node: node as NodeId | undefined } as FormSurroundings;
  renderToStaticMarkup(
    <FormContext value={form}>
      <Control found={found} written={written} />
    </FormContext>,
  );
  const [draft] = found;
  if (!draft) throw new Error("Nothing was drawn.");
  return draft;
}

it("keeps what is not JSON yet while another node is looked at, and writes only what is", () => {
  const written: (Json | undefined)[] = [];
  drawn("node_a", written).type('{"a": 1, ');
  expect(drawn("node_b").text).toContain('"a": 1');
  expect(drawn("node_b").problem).toBeUndefined();
  const again = drawn("node_a", written);
  expect([again.text, written]).toEqual(['{"a": 1, ', []]);
  expect(again.problem).toMatch(/Not saved/);
  again.settle();
  expect(drawn("node_a").text).toBe('{"a": 1, ');
  again.type('{"a":1}');
  again.settle();
  expect(written).toEqual([{ a: 1 }]);
  expect(drawn("node_a").text).toBe('{\n  "a": 1\n}');
});

it("shows what others have made of the value, but not over what is unfinished", () => {
  expect(shownJson('{"a":1}', { value: { a: 2 }, expression: false }).text).toContain('"a": 2');
  expect(shownJson('{"a"', { value: { a: 2 }, expression: false }).text).toBe('{"a"');
});
