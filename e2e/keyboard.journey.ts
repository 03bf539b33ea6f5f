import { card, choose, inspector, runBar, wires } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";
import { tabTo } from "./support/keyboard.ts";

test("a graph is changed and run with the keyboard alone, and nothing moves for who does not want it", async ({ page, request }) => {
  const id = await createGraph(request, "Without a mouse", {
    nodes: [node("text", "template-text", { label: "Write", config: { template: "hello" } }), node("out", "output", { label: "Result", at: [360, 0] })],
    edges: [wire("text.text", "out.value")],
  });
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto(`/graphs/${id}`);
  await expect(card(page, "Write")).toBeVisible();

  await tabTo(page, /^Run(?!s)/);
  await page.keyboard.press("Enter");
  await expect(runBar(page)).toContainText("Succeeded");
  await tabTo(page, /^Write/);
  await page.keyboard.press("Enter");
  await tabTo(page, /^Add node/);
  await page.keyboard.press("Enter");
  await choose(page, "transform", "Transform");
  await expect(card(page, "Transform")).toBeVisible();
  await tabTo(page, /^Name of the node/);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Shape");
  await expect(card(page, "Shape")).toBeVisible();
  await expect(inspector(page).getByText("Transform", { exact: true })).toBeVisible();
  await expect(wires(page)).toHaveCount(1);

  const durations = await page.evaluate(() => {
    const style = getComputedStyle(document.documentElement);
    return ["--quick", "--calm", "--flow"].map((name) => Number.parseFloat(style.getPropertyValue(name)));
  });
  expect(durations).toEqual([0, 0, 0]);
});
