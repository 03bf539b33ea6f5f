import type { APIRequestContext } from "playwright/test";
import { card, expectState, inspector, picture, runBar, select, watchStates } from "./support/board.ts";
import { busy, createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

test("the welcome graph runs, and shows what went through it", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "Welcome to Heddle" }).click();
  await expect(card(page, "Read the orders")).toBeVisible();

  await page.keyboard.press("Control+Enter");
  const form = page.getByRole("dialog", { name: "Run with" });
  await expect(form.getByLabel("Large from (€)")).toHaveValue("500");
  await page.keyboard.press("Control+Enter");
  await expect(form).toBeHidden();

  await expect(runBar(page)).toContainText("Succeeded", { timeout: 20_000 });
  await expectState(page, { "Write the report": "succeeded", Report: "succeeded", "Say it was quiet": "skipped" });

  await page
    .getByRole("button", { name: /^Value on this wire: # The week/ })
    .first()
    .click();
  await expect(page.getByRole("dialog", { name: "Value on this wire" })).toContainText("Large orders");
  await page.keyboard.press("Escape");

  await select(page, "Sort out the orders");
  await inspector(page).getByRole("tab", { name: "Run" }).click();
  await expect(inspector(page).getByRole("region", { name: "Inputs" })).toContainText("500");
  await expect(inspector(page).getByRole("region", { name: "Outputs" })).toContainText("large");
  await expect(inspector(page).getByRole("region", { name: "Log" })).toContainText(/\d+ orders, \d+ of them large/);
  await expect(inspector(page).getByText("Started")).toBeVisible();

  await runBar(page).getByRole("button", { name: "Details" }).click();
  await page.getByRole("tab", { name: "Output" }).click();
  await expect(page.getByRole("tabpanel", { name: "Output" }).getByRole("heading", { name: "The week at the loom" })).toBeVisible();
});

test("a run shows what happens while it happens, and a reload in the middle shows the same picture", async ({ page, request }) => {
  const id = await createGraph(request, "Reloaded", {
    nodes: [busy("busy", 2_500), node("pause", "wait-webhook", { at: [340, 0] }), node("out", "output", { at: [680, 0], config: { name: "answer" } })],
    edges: [wire("busy.result", "pause.value"), wire("pause.value", "out.value")],
  });
  await page.goto(`/graphs/${id}`);
  await expect(card(page, "busy")).toBeVisible();
  const seen = await watchStates(page);
  await page.getByRole("button", { name: "Run Ctrl" }).click();
  await expectState(page, { busy: "succeeded", pause: "waiting", out: "pending" });
  expect((await seen.jsonValue()).busy).toEqual(expect.arrayContaining(["running", "succeeded"]));
  const before = await picture(page);

  await page.reload();
  await expect.poll(() => picture(page)).toEqual(before);
  await expect(runBar(page)).toContainText("1 of 3 nodes");
  await answerCall(request, id);
  await expectState(page, { out: "succeeded" });
  await expect(runBar(page)).toContainText("Succeeded");
});

/** Answers the one call that the run of a graph waits for. */
async function answerCall(request: APIRequestContext, graph: string): Promise<void> {
  const [run] = (await (await request.get(`/api/runs?graph=${graph}`)).json()).items;
  const [call] = (await (await request.get(`/api/runs/${run.id}/callbacks`)).json()).items;
  expect((await request.post(call.url, { data: {} })).status()).toBe(200);
}
