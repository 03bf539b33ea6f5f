import type { FunctionDocument, FunctionEntry } from "./function-entry.ts";
import { numberFunctions } from "./number-functions.ts";
import { textFunctions } from "./text-functions.ts";
import { valueFunctions } from "./value-functions.ts";

/** All functions there are. Each may be written `size(rows)` or `rows.size()`. */
export const functions: readonly FunctionEntry[] = [...textFunctions, ...numberFunctions, ...valueFunctions];

/** Forms of the language that are written like functions, and decide themselves whether their parts are evaluated. */
export const forms: readonly FunctionDocument[] = [
  {
    name: "has",
    signature: "has(field: any): boolean",
    description: "Whether the field is there and not null. Never fails when something on the way is missing.",
    example: { source: 'has({"a": 1}.b)', result: false },
  },
  {
    name: "default",
    signature: "default(value: any, fallback: any): any",
    description: "The value, or the fallback when the value is missing or null.",
    example: { source: 'default({"a": 1}.b, "none")', result: "none" },
  },
  {
    name: "map",
    signature: "map(list: list<any>, item: any, value: any): list<any>",
    description: "A list of what is made of each item. rows.map(row, row.ok, row.name) takes only the items for which the second part is true.",
    example: { source: "[1, 2, 3].map(n, n * 2)", result: [2, 4, 6] },
  },
  {
    name: "filter",
    signature: "filter(list: list<any>, item: any, condition: boolean): list<any>",
    description: "The items for which the condition is true.",
    example: { source: "[1, 2, 3].filter(n, n > 1)", result: [2, 3] },
  },
  {
    name: "all",
    signature: "all(list: list<any>, item: any, condition: boolean): boolean",
    description: "Whether the condition is true for every item.",
    example: { source: "[1, 2, 3].all(n, n > 0)", result: true },
  },
  {
    name: "exists",
    signature: "exists(list: list<any>, item: any, condition: boolean): boolean",
    description: "Whether the condition is true for at least one item.",
    example: { source: "[1, 2, 3].exists(n, n == 2)", result: true },
  },
  {
    name: "exists_one",
    signature: "exists_one(list: list<any>, item: any, condition: boolean): boolean",
    description: "Whether the condition is true for exactly one item.",
    example: { source: "[1, 2, 2].exists_one(n, n == 2)", result: false },
  },
];
