import { describe, expect, it } from "vitest";
import { filterJson, matchingRows } from "./filter-json.ts";
import { imageOf, tableOf, viewsOf } from "./value-views.ts";

const png = "iVBORw0KGgo=";

describe("viewsOf", () => {
  it.each([
    ["a line", "hello", ["text"]],
    ["lines", "one\ntwo", ["text", "markdown"]],
    ["Markdown", "# Title\n\ntext", ["markdown", "text"]],
    ["JSON as text", '{"a": 1}', ["text", "json"]],
    ["a data URL", `data:image/png;base64,${png}`, ["image", "text"]],
    ["an image of an MCP server", { type: "image", mimeType: "image/png", data: png }, ["image", "json"]],
    ["a list of objects", [{ a: 1 }, { b: 2 }], ["table", "json"]],
    ["a mixed list", [{ a: 1 }, 2], ["json"]],
    ["nothing", null, ["json"]],
    ["a stored file", { $asset: "0".repeat(64), name: "a.csv", mediaType: "text/csv", bytes: 3 }, ["file", "json"]],
    ["a list of stored files", [{ $asset: "0".repeat(64), name: "a.csv", mediaType: "text/csv", bytes: 3 }], ["files", "table", "json"]],
  ])("%s", (_what, value, expected) => {
    expect(viewsOf(value)).toEqual(expected);
  });
});

it("takes nothing for an image that is none", () => {
  for (const value of [
    "data:text/html;base64,aaaa",
    "data:image/png;base64,<b>",
    { mimeType: "text/html", data: png },
    { mimeType: "image/png", data: "<svg>" },
  ])
    expect(imageOf(value)).toBeUndefined();
});

it("a table has every column of its rows, in the order they come", () => {
  expect(tableOf([{ a: 1, b: 2 }, { c: 3 }])?.columns).toEqual(["a", "b", "c"]);
});

it("finds members and rows by names and texts", () => {
  const value = { name: "Ada", rows: [{ city: "Paris" }, { city: "Rome" }], n: 5 };
  expect(filterJson(value, "rome")).toEqual({ rows: { 1: { city: "Rome" } } });
  expect(filterJson(value, "NAME")).toEqual({ name: "Ada" });
  expect(filterJson(value, "nowhere")).toBeUndefined();
  expect(matchingRows(value.rows, "par")).toEqual([0]);
});
