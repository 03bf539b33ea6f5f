import type { Page } from "playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { card, inspector } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer, type HeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

/** 8 × 8 pixels, all of one colour. */
const PICTURE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEUlEQVR42mOoCDiBFTEMLQkA/wJkAc5T0ZAAAAAASUVORK5CYII=", "base64");
const NOTES = Buffer.from("# Notes\nThe loom is set up.");

const files = (page: Page) => page.getByRole("list", { name: "Files", exact: true });
const dialog = (page: Page, name: string) => page.getByRole("dialog", { name });

async function upload(page: Page): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload files" }).first().click();
  await (await chooser).setFiles([
    { name: "loom.png", mimeType: "image/png", buffer: PICTURE },
    { name: "notes.md", mimeType: "text/markdown", buffer: NOTES },
    { name: "empty.txt", mimeType: "text/plain", buffer: Buffer.alloc(0) },
  ]);
}

/** Drops a file of the desktop onto an element. */
async function dropFile(page: Page, selector: string, { name, type, text }: { name: string; type: string; text: string }): Promise<void> {
  const transfer = await page.evaluateHandle(
    (file) => {
      const data = new DataTransfer();
      data.items.add(new File([file.text], file.name, { type: file.type }));
      return data;
    },
    { name, type, text },
  );
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not to be seen.`);
  const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
  for (const event of ["dragenter", "dragover", "drop"]) await page.dispatchEvent(selector, event, { dataTransfer: transfer, ...at });
}

/** A server whose library holds nothing of other journeys. */
let heddle: HeddleServer;
test.beforeAll(async () => {
  heddle = await createHeddleServer();
});
test.afterAll(async () => {
  await heddle.dispose();
});

test("files are brought, found, put on a board by dragging, and deleted once nothing uses them", async ({ page, request, problems }) => {
  // a file that is used is not deleted
  problems.allow(/status of 409/);
  const out = { nodes: [node("out", "output", { label: "Out", at: [600, 60], config: { name: "picture" } })] };
  const graph = await createGraph(request, "Album", { ...out, server: heddle.url });
  await page.goto(heddle.oneTimeUrl);
  await page.goto(`${heddle.url}/media`);
  await upload(page);
  await expect(page.getByRole("list", { name: "Uploads" })).toContainText("“empty.txt” is empty.");
  await page.getByRole("button", { name: "Take empty.txt off the list" }).click();
  await expect(files(page).getByRole("listitem")).toHaveCount(2);
  await expect(files(page).locator("img")).toHaveCount(1);
  await expectAccessible(page, "the media library");

  await page.getByLabel("Kind").click();
  await page.getByRole("option", { name: "Texts" }).click();
  await expect(files(page).getByRole("listitem")).toHaveCount(1);
  await files(page)
    .getByRole("button", { name: /^notes.md/ })
    .click();
  await expect(dialog(page, "notes.md")).toContainText("The loom is set up.");
  await expect(dialog(page, "notes.md")).toContainText("Nothing refers to it.");
  await expectAccessible(page, "a file");
  await page.keyboard.press("Escape");
  await page.getByRole("textbox", { name: "Search the files" }).fill("nowhere");
  await expect(page.getByText("No file fits", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Show all" }).click();
  await expect(files(page).getByRole("listitem")).toHaveCount(2);

  // from the library onto the board, and from the desktop
  await page.goto(`${heddle.url}/graphs/${graph}`);
  await expect(card(page, "Out")).toBeVisible();
  if (!(await page.getByRole("complementary", { name: "Nodes to add" }).isVisible())) await page.keyboard.press("b");
  const panel = page.getByRole("complementary", { name: "Nodes to add" });
  await panel.getByPlaceholder(/./).fill("loom.png");
  const board = await page.locator(".react-flow__pane").boundingBox();
  await panel.getByRole("option", { name: "loom.png" }).dragTo(page.locator(".react-flow__pane"), { targetPosition: { x: (board?.width ?? 800) / 4, y: 300 } });
  await expect(card(page, "loom.png")).toBeVisible();
  await expect(inspector(page).getByRole("img", { name: "loom.png" })).toBeVisible();
  await dropFile(page, ".react-flow__pane", { name: "list.csv", type: "text/csv", text: "a,b\n1,2\n" });
  await expect(card(page, "list.csv")).toBeVisible();
  await expect(page.getByRole("list", { name: "Uploads" })).toHaveCount(0);

  await page.goto(`${heddle.url}/media`);
  await files(page)
    .getByRole("button", { name: /^loom.png/ })
    .click();
  await expect(dialog(page, "loom.png").getByRole("link", { name: "Album" })).toBeVisible();
  await dialog(page, "loom.png").getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("“loom.png” is still used: the draft of “Album”. Take it out there first.")).toBeVisible();
  await page.getByRole("button", { name: "Close" }).last().click();
  await page.keyboard.press("Escape");

  await files(page)
    .getByRole("button", { name: /^notes.md/ })
    .click();
  await dialog(page, "notes.md").getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("“notes.md” is deleted")).toBeVisible();
  await expect(files(page).getByRole("button", { name: /^notes.md/ })).toHaveCount(0);
});

test("a file on the board runs, and the library finds it by the run", async ({ page, request }) => {
  const stored = await request.post(`${heddle.url}/api/assets?name=weft.txt`, { headers: { "content-type": "text/plain" }, data: "weft" });
  const file = await stored.json();
  const graph = await createGraph(request, "Weft", {
    nodes: [node("file", "media-file", { config: { file } }), node("out", "output", { at: [320, 0], config: { name: "file" } })],
    edges: [wire("file.file", "out.value")],
    server: heddle.url,
  });
  const run = await (await request.post(`${heddle.url}/api/graphs/${graph}/runs`, { data: {} })).json();
  await expect.poll(async () => (await (await request.get(`${heddle.url}/api/runs/${run.id}`)).json()).output?.file, { timeout: 20_000 }).toEqual(file);
  await page.goto(heddle.oneTimeUrl);
  await page.goto(`${heddle.url}/media?run=${run.id}`);
  await expect(files(page).getByRole("listitem")).toHaveCount(1);
  await files(page)
    .getByRole("button", { name: /^weft.txt/ })
    .click();
  await expect(dialog(page, "weft.txt").getByRole("list", { name: "Where it is used" })).toContainText("Weft");
});
