import { expect, it } from "vitest";
import { graphFileName } from "./export-graph.ts";

it.each([
  ["Weekly Report: Q3/Q4", undefined, "weekly-report-q3-q4.heddle.json"],
  ["日報 …", "r3", "日報-r3.heddle.json"],
  ["../..", undefined, "graph.heddle.json"],
])("names the file of %j", (name, version, expected) => expect(graphFileName(name, version)).toBe(expected));
