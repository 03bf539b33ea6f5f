import { expect, test } from "vitest";
import { LeaseLostError } from "./committer.ts";
import { runStep, type StepGiven } from "./run-step.ts";

const refused = () => Promise.reject(new LeaseLostError("The lease is no longer ours."));
const step = (effect: StepGiven<string>["options"]["effect"]) =>
  runStep({
    name: "ask",
    options: { effect, input: {} },
    work: async () => "answer",
    known: undefined,
    record: refused,
    // nothing in it is large enough to be stored apart
    blobs: {} as StepGiven<string>["blobs"],
  });

test("a step that may be repeated does not end the process when its record is refused, and a write is not begun", async () => {
  const unheard: unknown[] = [];
  const hear = (reason: unknown) => unheard.push(reason);
  process.on("unhandledRejection", hear);
  try {
    expect(await step("read")).toBe("answer");
    await expect(step("write")).rejects.toMatchObject({ name: "LeaseLostError" });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(unheard).toEqual([]);
  } finally {
    process.off("unhandledRejection", hear);
  }
});
