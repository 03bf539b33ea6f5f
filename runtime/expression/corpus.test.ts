import { expect, it } from "vitest";
import { type CorpusCase, corpus, corpusScope } from "./corpus.ts";
import { evaluateWith } from "./evaluate-template.ts";
import { ExpressionError } from "./expression-error.ts";
import { MAX_STEPS } from "./limits.ts";
import { parseTemplate } from "./parse-template.ts";
import { Work } from "./work.ts";

/** The goal is 50 ms. Steps are asserted exactly; the time leaves room for cold code on a machine that is busy. */
const MAX_MILLISECONDS = 400;

function outcomeOf({ source }: CorpusCase, work: Work): unknown {
  const parsed = parseTemplate(source);
  if (!parsed.ok) return { problem: parsed.problem.message, position: parsed.problem.position };
  try {
    return { value: evaluateWith(parsed.template, corpusScope, work) };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { error: error.code, position: error.position };
  }
}

it.each(corpus)("$name", (entry) => {
  const work = new Work();
  const started = performance.now();
  const outcome = outcomeOf(entry, work);
  const elapsed = performance.now() - started;
  if ("value" in entry.outcome) {
    expect(outcome).toEqual(entry.outcome);
  } else {
    const wanted = "problem" in entry.outcome ? { problem: expect.stringContaining(entry.outcome.problem) } : entry.outcome;
    expect(outcome).toEqual({ ...wanted, position: expect.any(Number) });
  }
  const isStopped = "error" in entry.outcome && entry.outcome.error === "limit";
  if (!isStopped) expect(work.steps).toBeLessThanOrEqual(MAX_STEPS);
  expect(elapsed).toBeLessThan(MAX_MILLISECONDS);
});

it("counts the same steps every time, whatever was evaluated before", () => {
  for (const entry of corpus) {
    const [first, second] = [new Work(), new Work()];
    expect(outcomeOf(entry, second), entry.name).toEqual(outcomeOf(entry, first));
    expect(second.steps, entry.name).toBe(first.steps);
  }
});

it("leaves no trace on prototypes", () => {
  expect(Reflect.get({}, "admin")).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
});
