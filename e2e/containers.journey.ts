import type { Page } from "playwright/test";
import { card, choose, drag, expectSaved, expectState, inspector, middleOf, port, runBar, select, wires } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

const list = node("list", "code", {
  label: "List",
  config: { source: 'return { items: ["warp", "weft"] };', inputs: [], outputs: [{ id: "items", name: "items", type: "list<text>" }] },
});
const shout = (at: readonly [number, number]) => node("shout", "template-text", { label: "Shout", at, config: { template: "{{ inputs.value }}!" } });

/** Where a node is, from where another is, in pixels of the page; read at one moment, since the board may be gliding. */
function offset(page: Page, label: string, from: string): Promise<{ x: number; y: number }> {
  return page.evaluate(
    (labels) => {
      const [own, other] = labels.map((each) => document.querySelector(`article[data-node-label="${each}"]`)?.getBoundingClientRect());
      return { x: Math.round((own?.x ?? 0) - (other?.x ?? 0)), y: Math.round((own?.y ?? 0) - (other?.y ?? 0)) };
    },
    [label, from],
  );
}

/** Everything in view, nothing selected. */
async function showAll(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(inspector(page)).toHaveCount(0);
  await page.keyboard.press("1");
  const first = page.getByRole("article").first();
  // it glides there
  await expect(async () => {
    const before = await middleOf(first);
    await page.waitForTimeout(300);
    expect(await middleOf(first)).toEqual(before);
  }).toPass();
}

test("a loop over a list is built by hand, runs, and is still there after a reload", async ({ page, request }) => {
  const id = await createGraph(request, "By hand", { nodes: [list, shout([0, 300]), node("out", "output", { label: "Result", at: [1180, 0] })] });
  await page.goto(`/graphs/${id}`);
  await select(page, "List");
  await page.keyboard.press("n");
  await choose(page, "for each", "For each");
  const frame = card(page, "For each");
  await expect(frame).toBeVisible();
  await showAll(page);

  const inside = await middleOf(frame);
  await drag(page, card(page, "Shout").getByRole("heading"), { x: inside.x, y: inside.y - 20 });
  await drag(page, port(page, "List", "Output items"), port(page, "For each", "Input Items"));
  await drag(page, port(page, "For each", "Gives Item"), port(page, "Shout", "Input value"));
  await showAll(page);
  await drag(page, port(page, "Shout", "Output Text"), port(page, "Result", "Input Value"));
  await expect(page.getByText("“Shout” is inside a container “Result” is not in.")).toBeVisible();
  await drag(page, port(page, "Shout", "Output Text"), port(page, "For each", "Takes Result"));
  await drag(page, port(page, "For each", "Output Results"), port(page, "Result", "Input Value"));
  await expect(wires(page)).toHaveCount(4);
  await expect(page.getByRole("button", { name: "No problems" })).toBeVisible();

  await page.getByRole("button", { name: "Run Ctrl" }).click();
  await expect(runBar(page)).toContainText("Succeeded");
  await expectState(page, { List: "succeeded", "For each": "succeeded", Result: "succeeded" });
  await page.getByRole("button", { name: "Value on this wire: 2 items" }).last().click();
  await expect(page.getByRole("dialog", { name: "Value on this wire" })).toContainText("weft!");
  await page.keyboard.press("Escape");

  const before = await offset(page, "Shout", "For each");
  const result = await offset(page, "Result", "For each");
  await drag(page, card(page, "Result").getByRole("heading"), { x: inside.x, y: inside.y + 60 });
  await expect(page.getByText("“Result” cannot be inside a container")).toBeVisible();
  await expect.poll(() => offset(page, "Result", "For each")).toEqual(result);
  const header = await middleOf(frame.getByRole("heading"));
  await drag(page, frame.getByRole("heading"), { x: header.x, y: header.y - 80 });
  expect(await offset(page, "Shout", "For each")).toEqual(before);
  await expectSaved(page);

  await page.reload();
  await expect(wires(page)).toHaveCount(4);
  await expect(page.getByRole("button", { name: "No problems" })).toBeVisible();
});

test("two windows see what leaves a container, what is wrong then, and a container removed from around its nodes", async ({ page, openWindow, request }) => {
  const inside = { ...shout([200, 100]), parent: "node_each" };
  const id = await createGraph(request, "Seen by two", {
    nodes: [list, node("each", "for-each", { label: "For each", at: [320, 0] }), inside, node("out", "output", { label: "Result", at: [1180, 0] })],
    edges: [wire("list.items", "each.items"), wire("each.item", "shout.value"), wire("shout.text", "each.result"), wire("each.results", "out.value")],
  });
  const other = await openWindow();
  await Promise.all([page.goto(`/graphs/${id}`), other.goto(`/graphs/${id}`)]);
  for (const window of [page, other]) {
    await expect(wires(window)).toHaveCount(4);
    await expect(window.getByRole("button", { name: "No problems" })).toBeVisible();
    expect((await offset(window, "Shout", "For each")).x).toBeGreaterThan(100);
  }

  const heading = await middleOf(card(page, "Shout").getByRole("heading"));
  await drag(page, card(page, "Shout").getByRole("heading"), { x: heading.x, y: heading.y + 320 });
  for (const window of [page, other]) await expect(window.getByRole("button", { name: "3 problems" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  for (const window of [page, other]) await expect(window.getByRole("button", { name: "No problems" })).toBeVisible();
  await select(page, "For each");
  await page.keyboard.press("Delete");
  for (const window of [page, other]) {
    await expect(card(window, "For each")).toHaveCount(0);
    await expect(card(window, "Shout")).toBeVisible();
  }
  await page.keyboard.press("Control+z");
  for (const window of [page, other]) await expect(wires(window)).toHaveCount(4);
});

test("nodes go into containers and out again without a mouse, and containers are copied with what is in them", async ({ page, request }) => {
  const id = await createGraph(request, "By key", {
    nodes: [list, node("each", "for-each", { label: "Each", at: [320, 0] }), shout([0, 400])],
    edges: [wire("list.items", "each.items")],
  });
  await page.goto(`/graphs/${id}`);
  await card(page, "Shout").locator("xpath=..").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Shift+g");
  await page.getByRole("dialog", { name: "Put into a container" }).getByRole("option", { name: "Each" }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(async () => (await offset(page, "Shout", "Each")).y).toBeLessThan(200);
  await showAll(page);
  await drag(page, port(page, "Each", "Gives Item"), port(page, "Shout", "Input value"));
  await drag(page, port(page, "Shout", "Output Text"), port(page, "Each", "Takes Result"));
  await expect(wires(page)).toHaveCount(3);

  await select(page, "Each");
  await page.keyboard.press("Control+d");
  await expect(card(page, "Shout 2")).toBeVisible();
  await expect(wires(page)).toHaveCount(5);
  const [copied, original] = [await offset(page, "Shout 2", "Each 2"), await offset(page, "Shout", "Each")];
  // pixels of the screen, rounded: the board is zoomed
  expect(Math.abs(copied.x - original.x)).toBeLessThanOrEqual(2);
  expect(Math.abs(copied.y - original.y)).toBeLessThanOrEqual(2);
  await page.keyboard.press("Control+z");
  await expect(card(page, "Shout 2")).toHaveCount(0);

  await select(page, "Each");
  await page.keyboard.press("Control+x");
  await expect(page.getByRole("article")).toHaveCount(1);
  await page.keyboard.press("Control+v");
  await expect(card(page, "Shout")).toBeVisible();
  await expect(wires(page)).toHaveCount(2);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await expect(wires(page)).toHaveCount(3);

  await select(page, "Shout");
  await page.keyboard.press("Shift+g");
  await page.getByRole("option", { name: "Take out" }).waitFor();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "3 problems" })).toBeVisible();
  await expect.poll(async () => (await offset(page, "Shout", "Each")).y).toBeGreaterThan(200);
  await expectSaved(page);
});
