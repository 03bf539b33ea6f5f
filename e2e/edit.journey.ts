import { card, choose, drag, expectSaved, expectState, inspector, palette, port, runBar, select, wires } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

test("a graph made from nothing runs, and is still there after a reload", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "New graph" }).click();
  await expect(page.getByText("This graph is empty")).toBeVisible();

  await page.locator(".react-flow__pane").dblclick({ position: { x: 260, y: 260 } });
  const all = await palette(page).getByRole("option").count();
  await choose(page, "start", "Start");
  await inspector(page).getByRole("button", { name: "More" }).click();
  await inspector(page).getByLabel("Title").fill("Who");
  await expectSaved(page);

  const start = await port(page, "Start", "Output Who").boundingBox();
  await drag(page, port(page, "Start", "Output Who"), { x: (start?.x ?? 0) + 120, y: (start?.y ?? 0) + 10 });
  await expect(palette(page).getByText("takes text")).toBeVisible();
  await expect(palette(page).getByRole("option", { name: "Output" })).toBeVisible();
  await expect(palette(page).getByRole("option", { name: /^(Start|Note)/ })).toHaveCount(0);
  expect(await palette(page).getByRole("option").count()).toBeLessThan(all);
  await choose(page, "template", "Text template");
  await expect(wires(page)).toHaveCount(1);

  await page.keyboard.press("n");
  await choose(page, "output", "Output");
  await expect(page.getByRole("button", { name: "Run Ctrl" })).toBeDisabled();
  await page.keyboard.press("p");
  const problems = page.getByRole("region", { name: "Problems" });
  await expect(problems.getByRole("button", { name: /^Error/ })).toHaveCount(1);
  await drag(page, port(page, "Text template", "Output Text"), port(page, "Output", "Input Value"));
  await expect(problems).toContainText("Nothing is wrong");
  await page.keyboard.press("p");

  await page.getByRole("textbox", { name: "Name of the graph" }).fill("Greeting");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Run Ctrl" }).click();
  const form = page.getByRole("dialog", { name: "Run with" });
  await page.keyboard.press("Control+Enter");
  await expect(form.getByRole("alert")).toHaveText("A run needs this.");
  await form.getByLabel("Who").fill("Ada");
  await page.keyboard.press("Control+Enter");
  await expect(runBar(page)).toContainText("Succeeded");
  await expectState(page, { Start: "succeeded", "Text template": "succeeded", Output: "succeeded" });

  await expectSaved(page);
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Name of the graph" })).toHaveValue("Greeting");
  await expect(wires(page)).toHaveCount(2);
  await expect(page.getByRole("button", { name: "Value on this wire: Hello Ada!" })).toBeVisible();
});

test("mistakes are refused, shown, and taken back", async ({ page, request }) => {
  const numbers = { inputs: [{ id: "a", name: "amount", type: "number", optional: true }], outputs: [{ id: "b", name: "result", type: "any" }] };
  const id = await createGraph(request, "Mistakes", {
    nodes: [
      node("text", "template-text", { label: "Greet", config: { template: "Hello" } }),
      node("sum", "code", { label: "Double", at: [360, 0], config: { ...numbers, source: "return 2 * (inputs.amount ?? 1);" } }),
      node("out", "output", { label: "Result", at: [720, 0] }),
    ],
    edges: [wire("sum.result", "out.value")],
  });
  await page.goto(`/graphs/${id}`);
  await expect(wires(page)).toHaveCount(1);

  await drag(page, port(page, "Greet", "Output Text"), port(page, "Double", "Input amount"));
  await expect(page.getByText("text does not fit number.")).toBeVisible();
  await expect(wires(page)).toHaveCount(1);

  await select(page, "Greet");
  const text = inspector(page).getByRole("textbox", { name: "Text", exact: true });
  await text.fill("Hello {{ inputs. }}");
  await expect(inspector(page).getByRole("alert").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "1 problem", exact: true })).toBeVisible();
  await text.fill("Hello {{ 1 + 1 }}");
  await expect(page.getByRole("button", { name: "No problems" })).toBeVisible();
  await expectSaved(page);

  await select(page, "Double");
  await page.keyboard.press("Delete");
  await expect(card(page, "Double")).toHaveCount(0);
  await expect(wires(page)).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(card(page, "Double")).toBeVisible();
  await expect(wires(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(card(page, "Double")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(wires(page)).toHaveCount(1);

  await select(page, "Double");
  await card(page, "Result")
    .getByRole("heading")
    .click({ modifiers: ["Shift"] });
  await expect(inspector(page)).toContainText("2 nodes selected");
  await page.keyboard.press("Control+c");
  await page.mouse.move(500, 650);
  await page.keyboard.press("Control+v");
  await expect(page.getByRole("article")).toHaveCount(5);
  await expect(wires(page)).toHaveCount(2);
  await page.keyboard.press("Control+d");
  await expect(page.getByRole("article")).toHaveCount(7);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Backspace");
  await expect(page.getByText("This graph is empty")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("article")).toHaveCount(7);
  await expectSaved(page);
});
