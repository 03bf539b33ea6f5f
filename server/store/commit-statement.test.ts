import { expect, it } from "vitest";
import { type CommitPart, type CommitRows, commitParts, commitStatement } from "./commit-statement.ts";

const PARTS = Object.keys(commitParts) as CommitPart[];

/** A row of nothing in each part of the set with this number. */
function rowsOf(set: number): CommitRows {
  return Object.fromEntries(PARTS.map((part, at) => [part, (set >> at) & 1 ? [[]] : []])) as unknown as CommitRows;
}

it("has a name and a text of its own, with as many parameters as values, for each set of parts", () => {
  const statements = Array.from({ length: 2 ** PARTS.length }, (_, set) => commitStatement(rowsOf(set)));
  expect(statements).toHaveLength(2_048);
  expect(new Set(statements.map(({ name }) => name)).size).toBe(statements.length);
  expect(new Set(statements.map(({ text }) => text)).size).toBe(statements.length);
  for (const { name, text, values } of statements) {
    expect(name.length).toBeLessThanOrEqual(63);
    const used = new Set([...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    expect([...used].toSorted((a, b) => a - b)).toEqual(values.map((_, at) => at + 1));
  }
});
