import { describe, expect, test } from "vitest";
import { sampleId, samplePlan } from "../testing/sample-nodes.ts";
import { executeItems } from "./item-mode.ts";

const planNodeOf = (onFailure: "fail" | "branch", type = "sample-branch") => {
  const plan = samplePlan({ list: { type: "sample-step" }, a: { type, policy: { eachItemOf: "value", onFailure } } }, ["list > a"]);
  const planNode = plan.nodes[sampleId("a")];
  if (!planNode) throw new Error("The plan lacks the node.");
  return planNode;
};

describe("a node in item mode", () => {
  test("asks for one iteration for each item", () => {
    expect(executeItems(planNodeOf("fail"), { inputs: { value: [1, 2] }, iterations: undefined })).toMatchObject({
      type: "iterate",
      request: { count: 2, given: { value: [1, 2] }, onFailure: "stop" },
    });
  });

  test("hands on lists in the items' order; a port by which no item left has no value", () => {
    const iterations = [1, 2].map((value, index) => ({ index, state: "succeeded" as const, taken: { right: value } }));
    expect(executeItems(planNodeOf("fail"), { inputs: { value: [1, 2] }, iterations })).toEqual({ type: "done", outputs: { right: [1, 2] } });
  });

  test("hands on empty lists where there was no item, and nothing by its failure port", () => {
    expect(executeItems(planNodeOf("branch"), { inputs: { value: [] }, iterations: [] })).toEqual({ type: "done", outputs: { left: [], right: [] } });
  });

  test("fails with the first item that failed", () => {
    const failure = { code: "network" as const, message: "broken", happened: "unknown" as const };
    const iterations = [{ index: 3, state: "failed" as const, taken: {}, failure }];
    expect(() => executeItems(planNodeOf("fail"), { inputs: { value: [1, 2, 3, 4] }, iterations })).toThrow("Item 4: broken");
  });
});
