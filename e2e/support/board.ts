import type { JSHandle, Locator, Page } from "playwright/test";
import { expect } from "playwright/test";

/** A node's card, by the node's name. */
export function card(page: Page, label: string): Locator {
  return page.locator(`article[data-node-label="${label}"]`);
}

/** A port of a card: `port(page, "Start", "Output Text")`. */
export function port(page: Page, label: string, name: string): Locator {
  return card(page, label).getByLabel(`${name} (`);
}

export function wires(page: Page): Locator {
  return page.locator(".react-flow__edge");
}

export function inspector(page: Page): Locator {
  return page.getByRole("complementary", { name: "Inspector" });
}

/** The line below the board that tells of the run. */
export function runBar(page: Page): Locator {
  return page.getByRole("region", { name: "Run", exact: true });
}

export function palette(page: Page): Locator {
  return page.getByRole("dialog", { name: "Add a node" });
}

/** Selects a node with the pointer, so that the board has the keys. */
export async function select(page: Page, label: string): Promise<void> {
  await card(page, label).getByRole("heading").click();
}

/** Chooses a node type in the open palette. */
export async function choose(page: Page, search: string, title: string): Promise<void> {
  // it is seen a moment before it has the keys
  await expect(palette(page).getByRole("combobox")).toBeFocused();
  await page.keyboard.type(search);
  await expect(palette(page).getByRole("option").first()).toContainText(title);
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeHidden();
}

/** Drags with the pointer from the middle of one thing to the middle of another, or to a point of the page. */
export async function drag(page: Page, from: Locator, to: Locator | { readonly x: number; readonly y: number }): Promise<void> {
  const start = await middleOf(from);
  const end = "x" in to ? to : await middleOf(to);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move((start.x + end.x) / 2, (start.y + end.y) / 2, { steps: 4 });
  await page.mouse.move(end.x, end.y, { steps: 4 });
  await page.mouse.up();
}

export async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  const box = await target.boundingBox();
  if (box === null) throw new Error("It is not on the page.");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export async function expectSaved(page: Page): Promise<void> {
  await expect(page.locator("[data-save-state]")).toHaveText("Saved");
}

export async function expectState(page: Page, states: Readonly<Record<string, string>>): Promise<void> {
  for (const [label, state] of Object.entries(states)) await expect(card(page, label), label).toHaveAttribute("data-run-state", state);
}

/** What every node says of the run, at one moment. */
export function picture(page: Page): Promise<Record<string, string | null>> {
  return page.evaluate(() => {
    const cards = [...document.querySelectorAll("article[data-node-label]")];
    return Object.fromEntries(cards.map((each) => [each.getAttribute("data-node-label") ?? "", each.getAttribute("data-run-state")]));
  });
}

/** From now on, collects every state a node is seen in. */
export function watchStates(page: Page): Promise<JSHandle<Record<string, string[]>>> {
  return page.evaluateHandle(() => {
    const seen: Record<string, string[]> = {};
    const look = (element: Node) => {
      if (!(element instanceof Element)) return;
      const label = element.getAttribute("data-node-label");
      const state = element.getAttribute("data-run-state");
      if (label === null || state === null) return;
      seen[label] ??= [];
      if (seen[label].at(-1) !== state) seen[label].push(state);
    };
    const observer = new MutationObserver((records) => {
      for (const { target } of records) look(target);
    });
    observer.observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-run-state"] });
    return seen;
  });
}
