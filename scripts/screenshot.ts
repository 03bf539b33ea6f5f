import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, expect } from "playwright/test";
import { card, inspector, runBar, select } from "../e2e/support/board.ts";
import { createHeddleServer } from "../e2e/support/heddle-server.ts";
import { findChromium } from "./support/chromium.mjs";

// Makes the README's picture: the welcome graph after a run, with a node's run beside it. The canvas has to be built.

function rightEdge(box: { x: number; width: number } | null): number {
  return box === null ? 0 : box.x + box.width;
}

const target = fileURLToPath(new URL("../docs/images/canvas.png", import.meta.url));
const executablePath = await findChromium();
const heddle = await createHeddleServer();
const browser = await chromium.launch({ args: ["--no-sandbox", "--disable-gpu"], ...(executablePath !== undefined && { executablePath }) });
try {
  const page = await browser.newPage({ baseURL: heddle.url, viewport: { width: 1440, height: 900 }, colorScheme: "dark", locale: "en-GB" });
  await page.goto("/");
  await page.getByRole("link", { name: "Welcome to Heddle" }).click();
  await expect(card(page, "Report")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("dialog", { name: "Run with" })).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(runBar(page)).toContainText("Succeeded", { timeout: 30_000 });
  await select(page, "Sort out the orders");
  await inspector(page).getByRole("tab", { name: "Run" }).click();
  await expect(inspector(page).getByRole("region", { name: "Outputs" })).toBeVisible();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.mouse.move(640, 60);
  // the view glides to its place
  const board = await page.getByRole("application", { name: "Board" }).boundingBox();
  await expect.poll(async () => rightEdge(await card(page, "Report").boundingBox()) < rightEdge(board)).toBe(true);
  await expect(page.getByRole("tooltip")).toHaveCount(0);
  await mkdir(dirname(target), { recursive: true });
  await page.screenshot({ path: target });
  console.log(`Wrote ${target}`);
} finally {
  await browser.close();
  await heddle.dispose();
}
