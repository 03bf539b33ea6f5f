import type { APIRequestContext, Page } from "playwright/test";
import { gate } from "../server/comfyui/testing/comfy-scene.ts";
import { type FakeComfy, startFakeComfy } from "../server/comfyui/testing/fake-comfyui.ts";
import { fakePicture } from "../server/comfyui/testing/fake-picture.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { card } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer, type HeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

let fake: FakeComfy;
let server: HeddleServer;
test.beforeAll(async () => {
  fake = await startFakeComfy({ previews: true, nodeMs: 150 });
  server = await createHeddleServer({ HEDDLE_EGRESS_ALLOW: `127.0.0.1:${fake.port}` });
});
test.afterAll(async () => {
  await server.dispose();
  await fake.stop();
});

/** Inverts a picture; the editor's format, with a note and a reroute that only the editor knows. */
const INVERT = {
  nodes: [
    {
      id: 1,
      type: "LoadImage",
      title: "Photo",
      pos: [0, 0],
      mode: 0,
      inputs: [],
      outputs: [{ name: "IMAGE", type: "IMAGE", links: [1] }],
      widgets_values: ["a.png", "image"],
    },
    { id: 2, type: "Reroute", pos: [300, 0], mode: 0, inputs: [{ name: "", type: "*", link: 1 }], outputs: [{ name: "", type: "IMAGE", links: [2] }] },
    {
      id: 3,
      type: "ImageInvert",
      title: "Turn around",
      pos: [420, 0],
      mode: 0,
      inputs: [{ name: "image", type: "IMAGE", link: 2 }],
      outputs: [{ name: "IMAGE", type: "IMAGE", links: [3] }],
    },
    { id: 4, type: "SaveImage", pos: [760, 0], mode: 0, inputs: [{ name: "images", type: "IMAGE", link: 3 }], outputs: [], widgets_values: ["turned"] },
    { id: 5, type: "Note", pos: [0, 300], mode: 0, inputs: [], outputs: [], widgets_values: ["by hand"] },
  ],
  links: [
    [1, 1, 0, 2, 0, "IMAGE"],
    [2, 2, 0, 3, 0, "IMAGE"],
    [3, 3, 0, 4, 0, "IMAGE"],
  ],
};

async function addServer(page: Page, name: string): Promise<string> {
  const settings = { server: "comfyui", baseUrl: fake.url, auth: { type: "none" }, labels: ["gpu"] };
  // by whoever opened the one-time address: the API takes it for a person
  const { status, id } = await page.evaluate(
    async (body) => {
      const answer = await fetch("/api/connections", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      return { status: answer.status, id: String((await answer.json()).id) };
    },
    { kind: "comfyui", name, settings },
  );
  expect(status).toBe(201);
  return id;
}

/** Paints one colour. */
function colourPrompt(color: number) {
  return {
    "1": { class_type: "EmptyImage", inputs: { width: 8, height: 8, batch_size: 1, color }, _meta: { title: "Dye" } },
    "2": { class_type: "SaveImage", inputs: { images: ["1", 0], filename_prefix: "colour" } },
  };
}

async function storeWorkflow(request: APIRequestContext, name: string, prompt: object): Promise<string> {
  const answer = await request.post(`${server.url}/api/comfy-workflows`, { data: { name, category: "effects", source: { text: JSON.stringify(prompt) } } });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()).id;
}

async function storePicture(request: APIRequestContext): Promise<unknown> {
  const answer = await request.post(`${server.url}/api/assets?name=loom.png`, { data: fakePicture("804020"), headers: { "content-type": "image/png" } });
  expect(answer.status()).toBe(201);
  return answer.json();
}

test("a ComfyUI workflow is imported, fed with an uploaded picture, watched, and what it made is in the media library", async ({ page, request }) => {
  await page.goto(server.oneTimeUrl);
  await addServer(page, "Workshop");
  await page.goto(`${server.url}/comfyui`);
  await expect(page.getByText("No workflows yet")).toBeVisible();
  await expectAccessible(page, "the empty library of workflows");

  await page.getByRole("button", { name: "Import a workflow" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Import a workflow" });
  await dialog
    .getByLabel("Workflow", { exact: true })
    .fill(JSON.stringify({ ...INVERT, nodes: [...INVERT.nodes, { ...INVERT.nodes[2], id: 9, type: "Glow", properties: { cnr_id: "glow-pack" } }] }));
  await expect(dialog.getByText("Glow", { exact: true })).toBeVisible();
  await expect(dialog).toContainText("may come with the extension “glow-pack”");
  await expect(dialog.getByRole("button", { name: "Import", exact: true })).toBeDisabled();
  await dialog.getByLabel("Workflow", { exact: true }).fill(JSON.stringify(INVERT));
  await expect(dialog.getByLabel("Title of Photo › image")).toHaveValue("Image");
  await dialog.getByRole("button", { name: "Import", exact: true }).click();
  await expect(dialog.getByText("Give it a name.")).toBeVisible();
  await dialog.getByRole("textbox", { name: /^Name/ }).fill("Turn a photo around");
  await dialog.getByLabel("Tags").fill("photo, negative");
  await dialog.getByLabel("Title of Photo › image").fill("The photo");
  await expectAccessible(page, "what was found in a workflow");
  await dialog.getByRole("button", { name: "Import", exact: true }).click();

  await expect(page.getByRole("heading", { name: "Turn a photo around" })).toBeVisible();
  await expect(page.getByRole("article", { name: "Turn around, ImageInvert" })).toBeVisible();
  await expect(page.getByRole("article", { name: /Reroute|Note/ })).toHaveCount(0);
  await expectAccessible(page, "a workflow");
  const workflow = page.url().split("/").at(-1);

  const graph = await createGraph(request, "Negatives", {
    nodes: [
      node("photo", "media-file", { label: "Photo", config: { file: await storePicture(request) } }),
      node("turn", "comfyui-workflow", { label: "Turn", at: [400, 0], config: { workflow } }),
    ],
    edges: [wire("photo.file", "turn.image")],
    server: server.url,
  });
  await page.goto(`${server.url}/graphs/${graph}`);
  await expect(card(page, "Turn")).toContainText("The photo");
  await page.getByRole("button", { name: "Run Ctrl" }).click();
  await expect(card(page, "Turn")).toContainText(/node \d of 3/);
  await expect(card(page, "Turn")).toHaveAttribute("data-run-state", "succeeded", { timeout: 30_000 });
  const compare = card(page, "Turn").getByRole("slider", { name: "Compare before and after" });
  await compare.press("ArrowLeft");
  await expect(compare).toHaveAttribute("aria-valuetext", "49 % before");
  await expectAccessible(page, "a picture before and after");

  await page.goto(`${server.url}/media`);
  await expect(page.getByRole("list", { name: "Files", exact: true }).getByRole("button", { name: /^turned_/ })).toBeVisible();
  await page.goto(`${server.url}/comfyui?view=queue`);
  await expect(page.getByRole("region", { name: "Workshop" })).toContainText("Nothing runs, and nothing waits.");
  await expectAccessible(page, "the queue");
});

test("a mask is painted with the keyboard on a picture, and the workflow is tried with both", async ({ page, request }) => {
  await page.goto(server.oneTimeUrl);
  await addServer(page, "Studio");
  const prompt = {
    "1": { class_type: "LoadImage", inputs: { image: "a.png" } },
    "2": { class_type: "MaskToImage", inputs: { mask: ["1", 1] } },
    "3": { class_type: "SaveImage", inputs: { images: ["2", 0], filename_prefix: "masked" } },
  };
  await page.goto(`${server.url}/comfyui/${await storeWorkflow(request, "Cut out", prompt)}`);
  await page.getByRole("button", { name: "Try it" }).click();
  const dialog = page.getByRole("dialog", { name: "Try “Cut out”" });
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(dialog.getByText("A run needs this.")).toBeVisible();
  await dialog.locator("input[type=file]").setInputFiles({ name: "loom.png", mimeType: "image/png", buffer: fakePicture("204080") });
  await dialog.getByRole("button", { name: "Paint a mask" }).click();
  const painter = page.getByRole("dialog", { name: "Paint a mask" });
  await painter.getByRole("application", { name: /^Mask: the brush is at 32, 24 of 64 by 48$/ }).press("ArrowRight");
  // one stroke: a dot, and on from it while the key is held
  await page.keyboard.down(" ");
  for (const key of ["ArrowDown", "ArrowDown", "ArrowRight"]) await page.keyboard.press(key);
  await page.keyboard.up(" ");
  await expectAccessible(page, "the painter of masks");
  await page.keyboard.press("Control+z");
  await expect(painter.getByRole("button", { name: "Undo" })).toBeDisabled();
  await painter.getByRole("button", { name: "Redo" }).click();
  await painter.getByRole("button", { name: "Keep the mask" }).click();
  await expect(painter).toBeHidden();
  await expect(dialog.getByText("A mask is painted on it.")).toBeVisible();
  await dialog.getByRole("button", { name: "Run" }).click();
  await expect(card(page, "Cut out")).toHaveAttribute("data-run-state", "succeeded", { timeout: 30_000 });
  expect(fake.requests).toContain("POST /upload/mask");
});

test("jobs that wait are moved, taken out and cleared, those of others left alone, and a node says where its own stands", async ({ page, request }) => {
  await page.goto(server.oneTimeUrl);
  const connection = await addServer(page, "Loft");
  const open = gate(fake, "EmptyImage");
  const paint = async (name: string, color: number): Promise<string> => {
    const workflow = await storeWorkflow(request, name, colourPrompt(color));
    return createGraph(request, name, { nodes: [node(name, "comfyui-workflow", { config: { workflow, connection } })], server: server.url });
  };
  const start = async (graph: string): Promise<string> => {
    const count = fake.submitted.length;
    const answer = await request.post(`${server.url}/api/graphs/${graph}/runs`, { data: {} });
    await expect.poll(() => fake.submitted.length).toBe(count + 1);
    return (await answer.json()).id;
  };
  await start(await paint("Red", 1));
  const green = await start(await paint("Green", 2));
  await fetch(`${fake.url}/prompt`, { method: "POST", body: JSON.stringify({ prompt: colourPrompt(3), prompt_id: "of-somebody-else" }) });
  await page.goto(`${server.url}/graphs/${await paint("Blue", 4)}`);
  await page.getByRole("button", { name: "Run Ctrl" }).click();
  await expect(card(page, "Blue")).toContainText("Number 3 in the queue of Loft");

  await page.goto(`${server.url}/comfyui?view=queue`);
  const rows = page.getByRole("region", { name: "Loft" }).getByRole("row");
  await expect(rows).toContainText([/Place/, /Running.*Red/, /Number 1.*Green/, /Number 2.*of-somebody-else.*Somebody else/, /Number 3.*Blue/]);
  await expect(rows.nth(3).getByRole("button")).toHaveCount(0);
  await expectAccessible(page, "a queue with jobs that wait");
  await rows.nth(4).getByRole("button", { name: "Move Blue up" }).press("Enter");
  await expect(rows).toContainText([/Place/, /Running.*Red/, /Number 1.*Green/, /Number 2.*Blue/, /Number 3.*of-somebody-else/]);
  await rows.nth(2).getByRole("button", { name: "Take Green out" }).press("Enter");
  await expect(rows).toContainText([/Place/, /Running.*Red/, /Number 1.*Blue/, /Number 2.*of-somebody-else/]);
  await expect.poll(async () => (await (await request.get(`${server.url}/api/runs/${green}`)).json()).state).toBe("failed");
  await page.getByRole("region", { name: "Loft" }).getByRole("button", { name: "Clear own" }).click();
  await page.getByRole("dialog", { name: "Clear your jobs at Loft?" }).getByRole("button", { name: "Clear" }).click();
  await expect(rows).toContainText([/Place/, /Running.*Red/, /Number 1.*of-somebody-else/]);
  open();
  await expect(page.getByRole("region", { name: "Loft" })).toContainText("Nothing runs, and nothing waits.");
});

test("the inside of an earlier version is opened by its address, to be looked at only", async ({ page, request }) => {
  const id = await storeWorkflow(request, "Dyed", colourPrompt(5));
  const { "2": kept, ...rest } = colourPrompt(6);
  const newer = { ...rest, "7": { class_type: "ImageInvert", inputs: { image: ["1", 0] } }, "2": { ...kept, inputs: { ...kept.inputs, images: ["7", 0] } } };
  const answer = await request.post(`${server.url}/api/comfy-workflows/${id}/versions`, { data: { after: 1, source: { text: JSON.stringify(newer) } } });
  expect(answer.status(), await answer.text()).toBe(201);
  await page.goto(server.oneTimeUrl);
  await page.goto(`${server.url}/comfyui/${id}?version=1`);
  await expect(page.getByText("This is version 1.")).toBeVisible();
  const inside = page.getByRole("article");
  await expect(inside).toHaveCount(2);
  const dye = page.getByRole("article", { name: "Dye, EmptyImage" });
  await expect(dye).toContainText("color5");
  const place = await dye.boundingBox();
  await dye.click();
  await page.keyboard.press("Delete");
  await page.keyboard.press("ArrowRight");
  await expect(inside).toHaveCount(2);
  expect(await dye.boundingBox()).toEqual(place);
  await page.getByRole("link", { name: "Look at the newest, version 2" }).click();
  await expect(inside).toHaveCount(3);
  await expectAccessible(page, "the inside of a workflow");
});
