import { card, expectSaved, expectState, inspector, runBar, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

test("a past run shows the graph as it was, and its revision can be restored", async ({ page, request }) => {
  const id = await createGraph(request, "Remembered", {
    nodes: [node("text", "template-text", { label: "Say", config: { template: "first" } }), node("out", "output", { label: "Result", at: [360, 0] })],
    edges: [wire("text.text", "out.value")],
  });
  await page.goto(`/graphs/${id}`);
  await expect(card(page, "Say")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(runBar(page)).toContainText("Succeeded");

  await select(page, "Say");
  const text = inspector(page).getByRole("textbox", { name: "Text", exact: true });
  await text.fill("second");
  await inspector(page).getByRole("textbox", { name: "Name of the node" }).fill("Tell");
  await card(page, "Result").getByRole("heading").click();
  await page.keyboard.press("Delete");
  await expect(card(page, "Result")).toHaveCount(0);
  await expectSaved(page);
  await page.keyboard.press("Control+Enter");
  await expect(runBar(page)).toContainText("1 of 1 nodes");
  await expect(runBar(page)).toContainText("Succeeded");

  await page.keyboard.press("h");
  const runs = page.getByRole("complementary", { name: "Runs" });
  await expect(runs.getByRole("link")).toHaveCount(2);
  await runs.getByRole("link").last().click();
  await expect(page.getByText("The graph as this run saw it.")).toBeVisible();
  await expectState(page, { Say: "succeeded", Result: "succeeded" });
  await expect(card(page, "Tell")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Value on this wire: first" })).toBeVisible();
  await select(page, "Say");
  await inspector(page).getByRole("tab", { name: "Settings" }).click();
  await expect(text).toHaveJSProperty("readOnly", true);
  await page.keyboard.press("Delete");
  await expect(card(page, "Say")).toBeVisible();

  await page.getByRole("link", { name: "Back to the draft" }).click();
  await expect(card(page, "Tell")).toBeVisible();
  await expect(card(page, "Result")).toHaveCount(0);

  await page.goBack();
  await page.getByRole("button", { name: "Restore this revision" }).click();
  await page.getByRole("dialog").or(page.getByRole("alertdialog")).getByRole("button", { name: "Restore" }).click();
  await expect(page).toHaveURL(new RegExp(`/graphs/${id}$`));
  await expect(card(page, "Say")).toBeVisible();
  await expect(card(page, "Result")).toBeVisible();
  await expectSaved(page);
});
