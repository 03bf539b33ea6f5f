import type { Page } from "playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/team.ts";

/** Asks for a topic and a file, and shows both. */
const loom = {
  nodes: [
    node("in", "start", {
      config: {
        fields: [
          { id: "a", name: "topic", title: "Topic", type: "text" },
          { id: "b", name: "photo", title: "Photo", type: "image", required: false },
        ],
      },
    }),
    node("say", "template-text", { at: [350, 0], config: { template: "# {{ inputs.topic }}\n\nWoven **for you**." } }),
    node("answer", "output", { label: "Answer", at: [700, 0], config: { name: "answer" } }),
    node("picture", "output", { label: "Picture", at: [700, 200], config: { name: "picture" } }),
  ],
  edges: [wire("in.topic", "say.topic"), wire("say.text", "answer.value"), wire("in.photo", "picture.value")],
};
/** A red square. */
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52fTcuYAAAAAElFTkSuQmCC", "base64");

const shareDialog = (page: Page) => page.getByRole("dialog", { name: /^Share/ });

async function openFormTab(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Share", exact: true }).click();
  await shareDialog(page).getByRole("tab", { name: "Form" }).click();
}

test("a graph becomes a form that somebody without an account fills in, and its people see what came by it", async ({ owner, openWindow, request }) => {
  const graph = await createGraph(request, "Loom", loom);
  await owner.page.goto(`/graphs/${graph}`);
  await openFormTab(owner.page);
  await expect(shareDialog(owner.page)).toContainText("Nothing is published yet");
  await owner.page.keyboard.press("Escape");
  await owner.page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(owner.page.getByText(/is published/)).toBeVisible();

  await openFormTab(owner.page);
  const dialog = shareDialog(owner.page);
  await dialog.getByRole("button", { name: "Make a form" }).click();
  await dialog.getByLabel("Description").fill("We **weave** what you ask for.");
  await dialog.getByRole("radio", { name: /Anyone with the link/ }).check();
  await dialog.getByLabel("Submissions an hour").fill("many");
  await dialog.getByRole("button", { name: "Open the form" }).click();
  await expect(dialog.getByText("Write a whole number.")).toBeVisible();
  await dialog.getByLabel("Submissions an hour").fill("30");
  await dialog.getByRole("button", { name: "Open the form" }).click();
  await expect(dialog.getByText("Whoever has the address may use it.")).toBeVisible();
  await expect(dialog.getByText("Nothing was sent yet")).toBeVisible();
  await expectAccessible(owner.page, "the form in the share dialog");
  const address = (await dialog.getByRole("region", { name: "Address of the form" }).locator("code").textContent()) ?? "";

  const guest = await openWindow();
  await guest.goto(address);
  await expect(guest.getByRole("heading", { name: "Loom" })).toBeVisible();
  await expect(guest.locator("main strong")).toHaveText("weave");
  await guest.getByRole("button", { name: "Send" }).click();
  await expect(guest.getByText("Fill this in.")).toBeVisible();
  await expect(guest.getByLabel("Topic")).toBeFocused();
  await guest.getByLabel("Topic").fill("Linen");
  await guest.locator("input[type=file]").setInputFiles({ name: "red.png", mimeType: "image/png", buffer: PNG });
  await expect(guest.getByRole("img", { name: "red.png" })).toBeVisible();
  await expectAccessible(guest, "a form");
  await guest.getByRole("button", { name: "Send" }).dblclick();
  await expect(guest.getByText("Done.", { exact: true })).toBeVisible();
  await expect(guest.getByRole("heading", { name: "Linen" })).toBeVisible();
  await expect(guest.getByRole("img", { name: "red.png" })).toBeVisible();
  await expectAccessible(guest, "what came of a submission");
  const result = guest.url();
  await guest.reload();
  await expect(guest.getByRole("heading", { name: "Linen" })).toBeVisible();

  await expect(dialog.getByRole("list", { name: "Submissions" }).getByRole("listitem")).toHaveCount(1);
  await expect(dialog.getByRole("list", { name: "Submissions" })).toContainText("Linen · red.png");
  await dialog.getByRole("textbox", { name: "Search submissions" }).fill("wool");
  await expect(dialog.getByText("No submission fits")).toBeVisible();

  await dialog.getByRole("button", { name: "Replace the address…" }).click();
  await owner.page.getByRole("button", { name: "Replace", exact: true }).click();
  await expect(owner.page.getByText("The form has another address")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Search submissions" }).fill("");
  await dialog.getByRole("link", { name: "Linen · red.png" }).click();
  await expect(owner.page).toHaveURL(/\/graphs\/graph_\w+\/runs\/run_/);
  await guest.goto(result);
  await expect(guest.getByRole("heading", { name: "Linen" })).toBeVisible();
});

test("a form for members sends others to sign in, and says that a person is waited for", async ({ owner, newcomer, openWindow, request, problems }) => {
  const graph = await createGraph(request, "Gate", {
    nodes: [
      node("in", "start", { config: { fields: [{ id: "a", name: "wish", title: "Wish", type: "paragraph" }] } }),
      node("gate", "approval", { at: [350, 0] }),
      node("out", "output", { at: [700, 0], config: { name: "answer" } }),
    ],
    edges: [wire("in.wish", "gate.value"), wire("gate.approved", "out.value")],
  });
  const { number } = await (await request.post(`/api/graphs/${graph}/revisions`, { data: {} })).json();
  await request.post(`/api/graphs/${graph}/publish`, { data: { revision: number } });
  const settings = { isOpen: true, title: "Wishes", description: "", audience: "members", perHour: 10, dailyBudget: null };
  const { form } = await (await request.put(`/api/graphs/${graph}/form`, { data: settings })).json();

  problems.allow(/status of 4(01|10)/);
  const stranger = await openWindow();
  await stranger.goto(form.url);
  await expect(stranger.getByRole("heading", { name: "Sign in to use this form" })).toBeVisible();

  const viewer = await newcomer("Vera", { role: "viewer" });
  await viewer.page.goto(form.url);
  await viewer.page.getByRole("textbox", { name: "Wish" }).fill("a rug");
  await viewer.page.getByRole("button", { name: "Send" }).click();
  await expect(viewer.page.getByText(/^Waiting for a person of/)).toBeVisible();

  await request.put(`/api/graphs/${graph}/form`, { data: { ...settings, isOpen: false } });
  await stranger.goto(form.url);
  await expect(stranger.getByRole("heading", { name: "This form cannot be used" })).toBeVisible();
  await owner.page.goto(`/graphs/${graph}`);
  await openFormTab(owner.page);
  await expect(shareDialog(owner.page).getByRole("list", { name: "Submissions" })).toContainText("a rug");
  await expect(shareDialog(owner.page).getByRole("list", { name: "Submissions" })).toContainText("Vera");
});
