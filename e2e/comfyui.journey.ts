import type { APIRequestContext, Page } from "playwright/test";
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

async function addServer(page: Page): Promise<void> {
  const settings = { server: "comfyui", baseUrl: fake.url, auth: { type: "none" }, labels: ["gpu"] };
  // by whoever opened the one-time address: the API takes it for a person
  const status = await page.evaluate(
    async (body) => {
      const answer = await fetch("/api/connections", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
      return answer.status;
    },
    { kind: "comfyui", name: "Workshop", settings },
  );
  expect(status).toBe(201);
}

async function storePicture(request: APIRequestContext): Promise<unknown> {
  const answer = await request.post(`${server.url}/api/assets?name=loom.png`, { data: fakePicture("804020"), headers: { "content-type": "image/png" } });
  expect(answer.status()).toBe(201);
  return answer.json();
}

test("a ComfyUI workflow is imported, fed with an uploaded picture, watched, and what it made is in the media library", async ({ page, request }) => {
  await page.goto(server.oneTimeUrl);
  await addServer(page);
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
