import type { Page } from "playwright/test";
import { expectSaved } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

const log = (page: Page) => page.getByRole("log", { name: "Conversation" });
const message = (page: Page) => page.getByRole("form", { name: "Write a message" }).getByRole("textbox", { name: "Message" });

const echo = (template: string, more: { wait?: boolean } = {}) => ({
  nodes: [
    node("in", "start", { config: { fields: [{ id: "message", name: "message", type: "paragraph" }] } }),
    node("say", "template-text", { label: "Say", at: [350, 0], config: { template } }),
    ...(more.wait ? [node("rest", "delay", { label: "Rest", at: [600, 0], config: { amount: 600 } })] : []),
    node("out", "output", { label: "Answer", at: [900, 0], config: { name: "answer" } }),
  ],
  edges: more.wait
    ? [wire("in.message", "say.message"), wire("say.text", "rest.value"), wire("rest.value", "out.value")]
    : [wire("in.message", "say.message"), wire("say.text", "out.value")],
});

test("somebody talks to the graph they edit, beside the board, and finds the conversation again", async ({ page, request }) => {
  const graph = await createGraph(request, "Parrot", echo("You said **{{ inputs.message }}**."));
  await page.goto(`/graphs/${graph}`);
  await page.getByRole("button", { name: "Chat", exact: true }).click();
  await expect(log(page)).toContainText("Nothing said yet");

  // Shift+Enter is a new line; Enter sends
  await message(page).click();
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  await expect(message(page)).toHaveValue("one\ntwo");
  await message(page).fill("hello");
  await page.keyboard.press("Enter");
  await expect(log(page).locator("[data-answer] strong")).toHaveText("hello");
  await expect(message(page)).toHaveValue("");

  // the draft answers as it is edited; what is published does not exist yet
  await page.keyboard.press("ArrowUp");
  await expect(message(page)).toHaveValue("hello");
  await message(page).fill("hello again");
  await page.keyboard.press("Enter");
  await expect(log(page).locator("[data-answer]").nth(1)).toContainText("You said hello again.");
  await page.getByRole("switch", { name: "Talk to the draft" }).click();
  await expect(page.getByText("It is not published yet.")).toBeVisible();
  await expect(message(page)).toBeDisabled();
  await page.getByRole("switch", { name: "Talk to the draft" }).click();

  await page.reload();
  await page.getByRole("button", { name: "Chat", exact: true }).click();
  await expect(log(page)).toContainText("hello again");
  await log(page).getByRole("article", { name: "Message 1" }).getByRole("button", { name: "Ask again" }).click();
  await expect(log(page).getByRole("article", { name: "Message 3" }).locator("[data-answer]")).toContainText("You said hello.");

  await page.getByRole("button", { name: "New conversation" }).click();
  await expect(log(page)).toContainText("Nothing said yet");
  await page.getByRole("button", { name: "Conversations" }).click();
  const conversations = page.getByRole("list", { name: "Conversations" });
  await expect(conversations).toContainText("3 messages");
  await conversations.getByRole("button", { name: "Actions for hello" }).click();
  await page.getByRole("menuitem", { name: "Rename…" }).click();
  await page.getByRole("dialog", { name: "Rename the conversation" }).getByLabel("Title").fill("Greetings");
  await page.keyboard.press("Enter");
  await expect(conversations.getByRole("button", { name: /^Greetings/ })).toBeVisible();
  await page.getByRole("textbox", { name: "Search conversations" }).fill("nothing like it");
  await expect(page.getByText("No conversation fits")).toBeVisible();
  await page.getByRole("textbox", { name: "Search conversations" }).fill("greet");
  await conversations.getByRole("button", { name: "Actions for Greetings" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(conversations).toBeHidden();
});

test("an answer that takes long is stopped, and one that fails says why and what to do", async ({ page, request }) => {
  const graph = await createGraph(request, "Slow", echo("{{ inputs.message }}", { wait: true }));
  await page.goto(`/graphs/${graph}`);
  await page.getByRole("button", { name: "Chat", exact: true }).click();
  await message(page).fill("take your time");
  await page.keyboard.press("Enter");
  const stop = log(page).getByRole("button", { name: "Stop" });
  await expect(stop).toBeVisible();
  await message(page).fill("more");
  await expect(page.getByRole("button", { name: "Send" })).toBeDisabled();
  await stop.click();
  await expect(log(page)).toContainText("Stopped before it had answered.");
  await expect(page.getByRole("button", { name: "Send" })).toBeEnabled();

  const failing = await createGraph(request, "Failing", {
    nodes: [
      node("in", "start", { config: { fields: [{ id: "message", name: "message", type: "paragraph" }] } }),
      node("code", "code", {
        label: "Break",
        at: [350, 0],
        config: {
          source: 'throw new Error("The thread broke.");',
          inputs: [{ id: "m", name: "message", type: "text" }],
          outputs: [{ id: "r", name: "result", type: "text" }],
        },
      }),
      node("out", "output", { label: "Answer", at: [700, 0], config: { name: "answer" } }),
    ],
    edges: [wire("in.message", "code.message"), wire("code.result", "out.value")],
  });
  await page.goto(`/graphs/${failing}`);
  await expectSaved(page);
  await page.getByRole("button", { name: "Chat", exact: true }).click();
  await message(page).fill("go");
  await page.keyboard.press("Enter");
  await expect(log(page).getByRole("alert")).toContainText("The thread broke.");
  await expect(log(page).getByRole("alert")).toContainText("The log shows what the code printed");
});
