import type { Page } from "playwright/test";
import { textGrid } from "../bench/large-graph.ts";
import { card, expectSaved, inspector, wires } from "./support/board.ts";
import { expect, test } from "./support/journey.ts";

const COUNT = 2_000;

/** In percent. */
const zoom = async (page: Page) => Number.parseInt((await page.getByRole("button", { name: /^\d+%/ }).textContent()) ?? "", 10);
/** The names on the cards that are drawn. */
const seen = (page: Page) => page.locator("article[data-node-label]").evaluateAll((cards) => cards.map((each) => each.getAttribute("data-node-label")));

test.describe.configure({ timeout: 120_000 });

test("a graph of 2,000 nodes opens, is looked over, searched, changed and saved", async ({ page, request }) => {
  const made = await request.post("/api/graphs", { data: { graph: textGrid(COUNT) } });
  expect(made.status(), await made.text()).toBe(201);
  const { id } = await made.json();
  await page.goto(`/graphs/${id}`);
  await expectSaved(page);
  // looked over: from far away, then near, and onwards from there
  await page.keyboard.press("1");
  await expect.poll(() => zoom(page)).toBeLessThan(40);
  await page.keyboard.press("0");
  await expect.poll(() => zoom(page)).toBe(100);
  await expect(page.locator("article[data-node-label]").first()).toBeVisible();
  const before = await seen(page);
  expect(before.length).toBeLessThan(COUNT / 10);
  await expect(wires(page).first()).toBeAttached();
  await page.mouse.move(700, 450);
  for (let turns = 0; turns < 5; turns++) await page.mouse.wheel(0, 400);
  await expect.poll(async () => (await seen(page)).filter((label) => !before.includes(label)).length).toBeGreaterThan(5);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, 120);
  await page.keyboard.up("Control");
  await expect.poll(() => zoom(page)).not.toBe(100);

  await page.keyboard.press("Control+f");
  const search = page.getByRole("search", { name: "Find and replace" });
  await search.getByRole("textbox", { name: "Find" }).fill("Text 1777");
  await expect(search).toContainText("1 match in 1 node");
  await page.keyboard.press("Enter");
  await expect(card(page, "Text 1777")).toBeInViewport();
  await page.keyboard.press("Escape");
  await expect(search).toBeHidden();
  await inspector(page).getByRole("textbox", { name: "Name of the node" }).fill("Found");
  await inspector(page).getByRole("textbox", { name: "Text", exact: true }).fill("{{ inputs.value }}, which was found");
  await expect(card(page, "Found")).toBeVisible();
  await expectSaved(page);

  const { graph } = await (await request.get(`/api/graphs/${id}`)).json();
  expect(graph.nodes).toHaveLength(COUNT);
  expect(graph.nodes.find(({ label }: { label: string }) => label === "Found").config).toEqual({ template: "{{ inputs.value }}, which was found" });
});
