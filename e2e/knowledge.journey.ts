import { readFileSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { inspector, palette, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

const pdf = (name: string, buffer: Buffer) => ({ name: `${name}.pdf`, mimeType: "application/pdf", buffer });
const sample = (name: string) => pdf(name, readFileSync(new URL(`knowledge-samples/${name}.pdf`, import.meta.url)));
const documents = (page: Page) => page.getByRole("table", { name: "Documents" });
const row = (page: Page, title: string): Locator => documents(page).getByRole("row").filter({ hasText: title });
/** Reading starts a process, and the embedder is slow on a machine that is busy. */
const INDEXED = { timeout: 120_000 };

async function addFiles(page: Page, tags: string, files: { name: string; mimeType: string; buffer: Buffer }[]): Promise<void> {
  await page.getByRole("button", { name: "Add documents" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add documents" });
  await dialog.getByLabel("Tags").fill(tags);
  await dialog.locator("input[data-choice=files]").setInputFiles(files);
  await dialog.getByRole("button", { name: "Add 2 files" }).click();
  await expect(dialog).toBeHidden();
}

/** Drops files and folders on the page as a hand does: the browser makes the event. */
async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const given = { x: 600, y: 500, data: { items: [], files: [...paths], dragOperationsMask: 1 } };
  await session.send("Input.dispatchDragEvent", { type: "dragEnter", ...given });
  await session.send("Input.dispatchDragEvent", { type: "dragOver", ...given });
  await expect(page.getByText("Drop files and folders to add them")).toBeVisible();
  await session.send("Input.dispatchDragEvent", { type: "drop", ...given });
  await session.detach();
}

/** A folder with a PDF, a folder in it, and what is no document. */
async function makeFolder(path: string): Promise<string> {
  await mkdir(join(path, "chapters"), { recursive: true });
  await Promise.all([
    copyFile(new URL("knowledge-samples/elements.pdf", import.meta.url), join(path, "elements.pdf")),
    writeFile(join(path, "chapters", "one.md"), "# Warping\n\nThe warp is wound on the beam."),
    writeFile(join(path, "loom.png"), "no picture"),
    writeFile(join(path, ".hidden.md"), "# Hidden"),
  ]);
  return path;
}

test("a collection is built from PDFs, asked, corrected and used by a graph; each passage leads to its source", async ({ page, request }) => {
  test.setTimeout(420_000);
  await page.goto("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Knowledge" }).click();
  await expect(page.getByText("No collections yet")).toBeVisible();
  await expectAccessible(page, "knowledge, empty");
  await page.getByRole("button", { name: "New collection" }).first().click();
  const settings = page.getByRole("dialog", { name: "New collection" });
  await settings.getByLabel("Overlap, in tokens").fill("200");
  await settings.getByLabel("Name").fill("Law and matter");
  await settings.getByRole("button", { name: "Create" }).click();
  await expect(settings.getByText("The overlap is at most half the size.")).toBeVisible();
  await settings.getByLabel("Overlap, in tokens").fill("32");
  await expectAccessible(page, "the settings of a collection");
  await settings.getByRole("button", { name: "Create" }).click();
  await expect(page.getByRole("heading", { name: "Law and matter", level: 1 })).toBeVisible();
  await expect(page.getByText("No documents yet")).toBeVisible();

  await addFiles(page, "law", [sample("constitution"), sample("amendments")]);
  const broken = pdf("broken", Buffer.from(`%PDF-1.7\n${"1 0 obj << /Type /Nothing\n".repeat(40)}`));
  await addFiles(page, "chemistry", [sample("elements"), broken]);
  await expect(documents(page).getByRole("row")).toHaveCount(5);
  await expect(row(page, "broken")).toContainText("Failed", INDEXED);
  await expect(row(page, "broken")).toContainText(/PDF/);
  for (const title of ["Constitution of the United States", "Amendments to the Constitution", "Some chemical elements"]) {
    await expect(row(page, title)).toContainText("Ready", INDEXED);
  }
  await expect(row(page, "Amendments to the Constitution")).toContainText(/\d+ pages/);
  await expectAccessible(page, "the documents of a collection");
  await row(page, "broken")
    .getByRole("button", { name: /^Actions for/ })
    .click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(documents(page).getByRole("row")).toHaveCount(4);

  // the question has none of the text's words
  await page.getByRole("tab", { name: "Search" }).click();
  const question = page.getByRole("textbox", { name: "Question or words" });
  await question.fill("May the police look through my home without asking a judge?");
  await page.keyboard.press("Enter");
  const passages = page.getByRole("region", { name: "Passages" });
  const answer = passages.getByRole("article").filter({ hasText: "unreasonable searches and seizures" }).first();
  await expect(answer).toBeVisible({ timeout: 30_000 });
  await expect(answer).toContainText("Amendments to the Constitution");
  await expect(answer).toContainText(/page \d+/);
  await expect(answer).toContainText(/by meaning: no\. \d+/);
  await expectAccessible(page, "passages that were found");
  await page.getByRole("button", { name: "chemistry" }).click();
  await expect(passages.getByRole("article").first()).toContainText("Some chemical elements");
  await expect(passages.getByText("unreasonable searches")).toBeHidden();
  await question.fill("monazite");
  await page.keyboard.press("Enter");
  await expect(passages.getByRole("article").first().locator("mark").first()).toHaveText(/monazite/i);

  // from a passage to its place; what is left out is found no more
  await passages.getByRole("article").first().getByRole("link", { name: "Some chemical elements" }).click();
  const cited = page.getByRole("region", { name: "The cited passage" });
  await expect(cited).toContainText(/monazite/i);
  await expect(cited).toBeFocused();
  await page.getByRole("textbox", { name: "Search chunks" }).fill("monazite");
  const chunk = page.getByRole("listitem", { name: /^Chunk \d+/ });
  await expect(chunk).toHaveCount(1);
  await chunk.getByRole("button", { name: /out of searches$/ }).click();
  await expect(chunk).toContainText("Not found");
  await expectAccessible(page, "a document");
  await page.getByRole("link", { name: "The collection" }).click();
  await page.getByRole("tab", { name: "Search" }).click();
  await page.getByRole("combobox", { name: "How to search" }).click();
  await page.getByRole("option", { name: /^Words only/ }).click();
  await question.fill("monazite");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Nothing found")).toBeVisible();

  // a step of a graph looks something up in it
  const graph = await createGraph(request, "Counsel", {
    nodes: [
      node("in", "start", { config: { fields: [{ id: "question", name: "question", type: "paragraph" }] } }),
      node("look", "knowledge-search", { label: "Look up", at: [350, 0], config: { query: "{{ inputs.question }}", limit: 5 } }),
      node("out", "output", { label: "Answer", at: [700, 0], config: { name: "passages" } }),
    ],
    edges: [wire("in.question", "look.question"), wire("look.passages", "out.value")],
  });
  await page.goto(`/graphs/${graph}`);
  await select(page, "Look up");
  await inspector(page).getByRole("combobox", { name: "Collection" }).click();
  await page.getByRole("option", { name: /^Law and matter/ }).click();
  await expect(inspector(page).getByRole("link", { name: "Open “Law and matter”" })).toBeVisible();
  await expect(page.locator("[data-save-state]")).toHaveText("Saved");
  const started = await request.post(`/api/graphs/${graph}/runs`, {
    data: { input: { question: "How often may somebody be elected to the office of the President?" } },
  });
  expect(started.status(), await started.text()).toBe(202);
  const { id: run } = await started.json();
  await expect.poll(async () => (await (await request.get(`/api/runs/${run}`)).json()).state, { timeout: 60_000 }).toBe("succeeded");
  await page.goto(`/graphs/${graph}/runs/${run}`);
  await select(page, "Look up");
  await inspector(page).getByRole("tab", { name: /^Run/ }).click();
  const list = page.getByRole("list", { name: "passages" }).first();
  const found = list
    .getByRole("listitem")
    .filter({ hasText: /elected to the office of the\s+President/ })
    .first();
  await expect(found).toContainText(/page \d+/);
  await found.getByRole("link", { name: "Amendments to the Constitution" }).click();
  await expect(cited).toBeVisible();

  // and the palette finds what does a thing, whatever it is called
  const source = {
    "1": { class_type: "LoadImage", inputs: { image: "in.png" } },
    "2": { class_type: "UpscaleModelLoader", inputs: { model_name: "four.pth" } },
    "3": { class_type: "ImageUpscaleWithModel", inputs: { upscale_model: ["2", 0], image: ["1", 0] } },
    "4": { class_type: "SaveImage", inputs: { images: ["3", 0], filename_prefix: "out" } },
  };
  const about = { name: "Four times larger", description: "Enlarges an image and sharpens its details.", category: "enhancement" };
  const made = await request.post("/api/comfy-workflows", { data: { ...about, source: { text: JSON.stringify(source) } } });
  expect(made.status(), await made.text()).toBe(201);
  await page.goto(`/graphs/${graph}`);
  const finds = async (search: string, title: string) => {
    await page.getByRole("button", { name: /^Add node/ }).click();
    await expect(palette(page)).toBeVisible();
    // meaning is learnt in the background: a search that is typed again asks again
    await expect(async () => {
      await palette(page).getByRole("combobox").fill("");
      await palette(page).getByRole("combobox").fill(search);
      await expect(palette(page).getByRole("option").filter({ hasText: title }).first()).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await page.keyboard.press("Escape");
  };
  await finds("answer questions about my pdf files", "Search knowledge");
  await finds("upscale a picture", "Four times larger");
});

test("files and folders are dropped on a collection: what is read is added with its path, and what is not says why", async ({ page, request }, testInfo) => {
  test.setTimeout(180_000);
  const made = await request.post("/api/knowledge/collections", { data: { name: "Dropped" } });
  expect(made.status(), await made.text()).toBe(201);
  await page.goto(`/knowledge/${(await made.json()).id}`);
  await expect(page.getByText("No documents yet")).toBeVisible();
  await drop(page, [fileURLToPath(new URL("knowledge-samples/amendments.pdf", import.meta.url)), await makeFolder(testInfo.outputPath("notes"))]);
  const left = page.getByRole("region", { name: "Files that were not added" });
  await expect(left).toContainText("1 file was not added");
  await expect(left).toContainText("notes/loom.png It is a picture.");
  await expectAccessible(page, "files that were not added");
  await left.getByRole("button", { name: "Clear" }).click();
  await expect(left).toBeHidden();
  await expect(documents(page).getByRole("row")).toHaveCount(4);
  await expect(row(page, "notes/chapters/one.md")).toContainText("Warping", INDEXED);
  await expect(row(page, "amendments.pdf")).toContainText("Ready", INDEXED);
  await expect(row(page, "notes/elements.pdf")).toContainText("Ready", INDEXED);
  // titles of a PDF are those of its chunks
  await row(page, "amendments.pdf").getByRole("link").click();
  await expect(page.getByRole("listitem", { name: "Chunk 2" })).toContainText("Amendments to the Constitution › First Amendment");
});
