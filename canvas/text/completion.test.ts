import { describe, expect, it } from "vitest";
import type { Json } from "#runtime/graph/json.ts";
import { completionsAt } from "./completion.ts";
import { callAt, helpAt, problemsOf } from "./expression-help.ts";
import type { Knowledge, KnownPort } from "./knowledge.ts";

const port = (from: string, title: string, { source, value, type = "json" }: { source: string; value?: Json; type?: KnownPort["type"] }): KnownPort => ({
  ...{ from, title, source, type },
  value: value === undefined ? undefined : { type: "inline", value },
});
const rows = [{ name: "Ada", "full name": "Ada L." }, { name: "Bob" }];
const knowledge: Knowledge = {
  inputs: new Map([
    ["text", port("Input", "Text", { source: "inputs.text", value: "hello", type: "text" })],
    ["data", port("Input", "Data", { source: "inputs.data", value: { rows, count: 2 } })],
  ]),
  nodes: new Map([["node_a", { label: "Fetch", ports: new Map([["body", port("Fetch", "Body", { source: "nodes.node_a.body" })]]) }]]),
  scope: { inputs: { text: "text", data: "json" }, nodes: { node_a: { body: "json" } } },
};
/** The caret is where the text has a bar. */
const at = (marked: string, mode: "template" | "bare" = "template") => {
  const caret = marked.indexOf("|");
  const text = marked.replace("|", "");
  const list = completionsAt(text, caret, { knowledge, mode });
  return { labels: list?.items.map(({ label }) => label) ?? [], list, text };
};
const accepted = (marked: string, label: string) => {
  const { list, text } = at(marked);
  const item = list?.items.find((each) => each.label === label);
  if (!list || !item) throw new Error(`There is no "${label}" at ${marked}.`);
  const done = text.slice(0, list.from) + item.insert + text.slice(list.to);
  const caret = list.from + item.insert.length - item.back;
  return `${done.slice(0, caret)}|${done.slice(caret)}`;
};

describe("completionsAt", () => {
  it("offers values first, with where they come from and what they had, then functions", () => {
    const { list, labels } = at("Dear {{ |");
    expect(labels.slice(0, 3)).toEqual(["Input › Text", "Input › Data", "Fetch › Body"]);
    expect(labels).toContain("round");
    expect(list?.items[0]).toMatchObject({ detail: "text", preview: "hello" });
  });

  it.each(["no expression here|", "{{ inputs.text }} behind|", '{{ "in a text |" }}', "\\{{ |", "{{ inputs.nothing.|"])("has nothing for %s", (marked) => {
    expect(at(marked).labels.filter((label) => label.includes("Input"))).toEqual([]);
  });

  it.each([
    ["{{ inputs.|", ["text", "data"]],
    ["{{ nodes.|", ["Fetch"]],
    ["{{ nodes.node_a.| }}", ["body"]],
    ["{{ inputs.data.|", ["rows", "count"]],
    ["{{ inputs.data.rows[0].|", ["name", "full name"]],
    ["{{ inputs.data.rows.|", ["[0]", "[1]"]],
  ])("goes on from %s", (marked, expected) => {
    expect(at(marked).labels.slice(0, expected.length)).toEqual(expected);
  });

  it("offers the functions that fit the kind of value", () => {
    const text = at("{{ inputs.text.|").labels;
    expect(text).toEqual(expect.arrayContaining(["upper", "split"]));
    expect(text).not.toEqual(expect.arrayContaining(["sum"]));
    expect(at("{{ inputs.data.rows.|").labels).toEqual(expect.arrayContaining(["map", "first"]));
    expect(at("{{ inputs.data.rows.|").labels).not.toContain("upper");
  });

  it("narrows by what is typed, names that begin with it first", () => {
    expect(at("{{ inputs.data.co|").labels[0]).toBe("count");
    expect(at("{{ fet|").labels).toEqual(["Fetch › Body"]);
    expect(at("ro|", "bare").labels).toContain("round");
  });

  it.each([
    ["{{|", "Input › Text", "{{ inputs.text| }}"],
    ["{{| }}", "Input › Text", "{{ inputs.text| }}"],
    ["{{ inputs.te| }}", "text", "{{ inputs.text| }}"],
    ["{{ inputs.data.rows.| }}", "[0]", "{{ inputs.data.rows[0]| }}"],
    ["{{ inputs.data.rows.fi| }}", "first", "{{ inputs.data.rows.first()| }}"],
    ["{{ inputs.data.rows.ma| }}", "map", "{{ inputs.data.rows.map(item, |) }}"],
    ["{{ inputs.data.rows[0].| }}", "full name", '{{ inputs.data.rows[0]["full name"]| }}'],
    ["{{ inputs.data.rows[0].| }}", "name", "{{ inputs.data.rows[0].name| }}"],
    ["{{ rou|", "round", "{{ round(|) }}"],
  ])("%s with %s becomes %s", (marked, label, expected) => {
    expect(accepted(marked, label)).toBe(expected);
  });
});

it("says what stands at a place", () => {
  const text = "Dear {{ inputs.data.rows[0].name.upper() }}";
  const help = (word: string) => helpAt(text, text.indexOf(word) + 1, { knowledge, mode: "template" });
  expect(help("rows")).toMatchObject({ type: "value", source: "inputs.data.rows", found: { value: rows } });
  expect(help("name")).toMatchObject({ type: "value", source: "inputs.data.rows[0].name", found: { value: "Ada" } });
  expect(help("upper")).toMatchObject({ type: "function", entry: { name: "upper" } });
  expect(help("Dear")).toBeUndefined();
});

it("knows the call around a place", () => {
  const text = 'x {{ inputs.text.replace("a", ';
  expect(callAt(text, text.length, "template")).toMatchObject({ entry: { name: "replace" }, active: 2 });
  expect(callAt("round(1, ", 9, "bare")).toMatchObject({ entry: { name: "round" }, active: 1 });
  expect(callAt("{{ 1 + ", 7, "template")).toBeUndefined();
});

it("finds what is wrong where it is", () => {
  const text = "Dear {{ inputs.txet }}";
  const [problem] = problemsOf(text, knowledge);
  expect(problem?.message).toContain('Did you mean "text"');
  expect(text.slice(problem?.from, problem?.to)).toContain("txet");
  expect(problemsOf("Dear {{ inputs.text }}", knowledge)).toEqual([]);
  expect(problemsOf("Dear {{ inputs.", knowledge)).toHaveLength(1);
});
