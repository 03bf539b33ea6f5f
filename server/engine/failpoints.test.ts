import { afterEach, describe, expect, test } from "vitest";
import { startTestProcess } from "../test-process.ts";
import { armFailpoints, failpoint, failpointNames, parseFailpoints } from "./failpoints.ts";

afterEach(() => armFailpoints([]));

describe("what HEDDLE_FAILPOINTS may say", () => {
  test("a pass, a chance with a seed, the first pass, several at once", () => {
    expect(parseFailpoints("after-effect:kill@3, *:pause%0.02/7,before-claim:kill")).toEqual([
      { at: "after-effect", action: "kill", when: { type: "pass", pass: 3 } },
      { at: "*", action: "pause", when: { type: "chance", probability: 0.02, seed: 7 } },
      { at: "before-claim", action: "kill", when: { type: "pass", pass: 1 } },
    ]);
  });

  test.each(["nowhere:kill", "after-effect", "after-effect:explode", "after-effect:kill@x", "after-effect:kill%2", "after-effect:kill@1%0.5"])(
    "not %s",
    (text) => {
      expect(() => parseFailpoints(text)).toThrow(SyntaxError);
    },
  );
});

describe("passing a failpoint", () => {
  const passes = (rules: string, count: number) => {
    const acted: number[] = [];
    let now = 0;
    armFailpoints(parseFailpoints(rules), () => acted.push(now));
    for (now = 1; now <= count; now++) failpoint("after-commit");
    return acted;
  };

  test("acts on the pass that is named, and only there", () => {
    expect(passes("after-commit:kill@3", 10)).toEqual([3]);
    expect(passes("after-claim:kill@3", 10)).toEqual([]);
    expect(passes("*:kill@4", 10)).toEqual([4]);
  });

  test("acts as often as the probability says, and the same for the same seed", () => {
    const drawn = passes("after-commit:kill%0.1/42", 2_000);
    expect(drawn.length).toBeGreaterThan(120);
    expect(drawn.length).toBeLessThan(280);
    expect(passes("after-commit:kill%0.1/42", 2_000)).toEqual(drawn);
    expect(passes("after-commit:kill%0.1/43", 2_000)).not.toEqual(drawn);
  });

  test("does nothing when nothing is armed", () => {
    armFailpoints([], () => {
      throw new Error("It acted.");
    });
    for (const name of failpointNames) failpoint(name);
  });
});

const program = `
  import { armFailpoints, failpoint, parseFailpoints } from ${JSON.stringify(new URL("./failpoints.ts", import.meta.url).href)};
  armFailpoints(parseFailpoints(process.env.RULES ?? "after-effect:kill@2"));
  console.log("first");
  failpoint("after-effect");
  console.log("second");
  failpoint("after-effect");
  setTimeout(() => console.log("third"), 50);
`;

test("ends the real process at once, without a last word", async () => {
  const child = startTestProcess(program);
  expect(await child.line()).toBe("first");
  expect(await child.line()).toBe("second");
  expect(await child.line()).toBeUndefined();
  expect(await child.ended).toBeNull();
});
