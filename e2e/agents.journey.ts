import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { card, choose, expectSaved, inspector, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer, type HeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

/** A server of their own: a model provider takes a person, and only one browser becomes one. */
let server: HeddleServer;
test.beforeAll(async () => {
  server = await createHeddleServer();
});
test.afterAll(async () => {
  await server.dispose();
  // what the agent wrote lies among the sample files that ship with Heddle
  await rm(fileURLToPath(new URL("../templates/welcome/files/notes.md", import.meta.url)), { force: true });
});

const log = (page: Page) => page.getByRole("log", { name: "Conversation" });
const message = (page: Page) => page.getByRole("form", { name: "Write a message" }).getByRole("textbox", { name: "Message" });

test("somebody makes an agent, tries it in a chat, decides what it may do, and publishes it for others to talk to", async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(server.oneTimeUrl);
  const data = { kind: "model", name: "Demo model", settings: { provider: "scripted", defaultModel: "tool-user" } };
  expect((await page.request.post(`${server.url}/api/connections`, { data, headers: { origin: server.url } })).status()).toBe(201);

  await page.goto(`${server.url}/`);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Agents" }).click();
  await expect(page.getByText("No agents yet")).toBeVisible();
  await expectAccessible(page, "the list of agents, empty");
  await page.getByRole("button", { name: "New agent" }).first().click();
  await page.getByRole("dialog", { name: "New agent" }).getByLabel("Name").fill("Scribe");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: "Name of the agent" })).toHaveValue("Scribe");

  // it says what is missing, and where that is to be had
  const chat = page.getByRole("complementary", { name: "Try it" });
  await expect(chat.getByText("Choose a model provider.")).toBeVisible();
  await expect(chat.getByRole("link", { name: /Connections/ })).toHaveAttribute("href", "/connections");
  await expect(message(page)).toBeDisabled();

  const instructions = page.getByRole("textbox", { name: "Instructions", exact: true });
  await instructions.fill("You write down what you are told.");
  await page.getByRole("combobox", { name: "Model provider" }).click();
  await page.getByRole("option", { name: "Demo model" }).click();
  await page.getByRole("button", { name: "Add a tool" }).click();
  const palette = page.getByRole("dialog", { name: "Add a tool" });
  await palette.getByRole("combobox").fill("write file");
  await expect(palette.getByRole("option").first()).toContainText("Write File");
  await page.keyboard.press("Enter");
  const tools = page.getByRole("list", { name: "Tools" });
  await expect(tools).toContainText("Write File");
  await expect(tools).toContainText("may write");
  await tools.getByRole("button", { name: "Set up Write File" }).click();
  const setUp = page.getByRole("dialog", { name: "Set up Write File" });
  await setUp.getByLabel("Description for the model").fill("Writes a note into a file.");
  await setUp.getByRole("button", { name: "Done" }).click();
  await expect(tools).toContainText("Writes a note into a file.");
  await expectSaved(page);
  await expectAccessible(page, "an agent");

  // what it may do is known before it is used
  await page.getByRole("button", { name: "What it can do" }).click();
  const abilities = page.getByRole("dialog", { name: "What Scribe can do" });
  await expect(abilities).toContainText("You write down what you are told.");
  await expect(abilities.getByRole("region", { name: "Needs a person" })).toContainText("Write File");
  await expectAccessible(page, "what an agent can do");
  await page.keyboard.press("Escape");

  // it asks before it writes, and gets what a person put in place of what it had proposed
  await message(page).fill("Remember the warp");
  await page.keyboard.press("Enter");
  const decision = log(page).getByRole("form", { name: /^Decide about/ });
  await expect(decision).toBeVisible();
  await expect(log(page)).toContainText("Waiting for a decision");
  await log(page).getByRole("button", { name: "Edit…" }).click();
  await log(page).getByRole("textbox", { name: "Content" }).fill("the weft");
  await decision.getByRole("radio", { name: "Approve", exact: true }).check();
  await decision.getByRole("button", { name: "Approve" }).click();
  const call = log(page).getByRole("region", { name: "Tool call: Write File" });
  await expect(call).toHaveAttribute("data-state", "succeeded");
  await call
    .getByRole("button", { name: /Write File/ })
    .first()
    .click();
  await expect(call).toContainText("the weft");
  await expect(log(page).locator("[data-answer]")).toContainText("write_file answered");
  await expectAccessible(page, "a chat");

  // a version of the instructions beside another
  await instructions.fill("You write down what you are told, in one line.");
  await expectSaved(page);
  await page.getByRole("button", { name: "Versions" }).click();
  const versions = page.getByRole("complementary", { name: "Versions" });
  await versions.getByRole("button", { name: /r1/ }).first().click();
  const comparison = page.getByRole("region", { name: "Comparison of version 1" });
  await expect(comparison.getByRole("region", { name: "Instructions" })).toContainText(", in one line");
  await expect(page).toHaveURL(/history=1/);
  await versions.getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByRole("button", { name: /Published/ })).toBeVisible();

  // its own page, for whoever only talks to it
  await page.getByRole("link", { name: "Chat page" }).click();
  await expect(page.getByRole("heading", { name: "Scribe", level: 1 })).toBeVisible();
  await message(page).fill("Remember the reed");
  await page.keyboard.press("Enter");
  await log(page)
    .getByRole("form", { name: /^Decide about/ })
    .getByRole("radio", { name: "Reject" })
    .check();
  await log(page).getByRole("textbox", { name: "Note" }).fill("Not now");
  await log(page)
    .getByRole("form", { name: /^Decide about/ })
    .getByRole("button", { name: "Reject" })
    .click();
  await expect(log(page).locator("[data-answer]")).toContainText("Not now");
  await page.reload();
  await expect(log(page)).toContainText("Remember the reed");
  await expect(log(page).locator("[data-answer]")).toContainText("Not now");
  await expect(page.getByRole("complementary", { name: "Conversations" })).toContainText("Remember the warp");
  await expectAccessible(page, "the chat page");

  await page.goto(`${server.url}/agents`);
  const row = page.getByRole("row", { name: /Scribe/ });
  await expect(row).toContainText("published");
  await row.getByRole("button", { name: "Actions for Scribe" }).click();
  await page.getByRole("menuitem", { name: "Duplicate" }).click();
  await expect(page.getByRole("link", { name: "Scribe (copy)" })).toBeVisible();
  await page.getByRole("button", { name: "Actions for Scribe (copy)" }).click();
  await page.getByRole("menuitem", { name: "Archive…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Archive" }).click();
  await expect(page.getByRole("link", { name: "Scribe (copy)" })).toBeHidden();
});

test("an agent of the library is a step of a graph, with what it can do at hand", async ({ page, request }) => {
  const headers = { authorization: `Bearer ${(await readFile(join(server.dataDirectory, "token"), "utf8")).trim()}` };
  const post = async (path: string, data: object, status = 201) => {
    const answer = await request.post(`${server.url}${path}`, { data, headers });
    expect(answer.status(), await answer.text()).toBe(status);
    return answer.json();
  };
  const connection = await post("/api/connections", { kind: "model", name: "Helper model", settings: { provider: "scripted", defaultModel: "helper" } });
  const { id, graph: begun } = await post("/api/agents", { name: "Clerk" });
  const nodes = begun.nodes.map((each: { type: string; config: object }) =>
    each.type === "agent" ? { ...each, config: { ...each.config, connection: connection.id } } : each,
  );
  expect((await request.put(`${server.url}/api/agents/${id}/graph`, { data: { ...begun, nodes }, headers })).status()).toBe(200);
  const { number } = await post(`/api/agents/${id}/revisions`, {});
  await post(`/api/agents/${id}/publish`, { revision: number }, 200);
  const chat = await post(`/api/graphs/${id}/chats`, {});
  await post(`/api/graphs/${id}/chats/${chat.id}/turns`, { text: "Hello" }, 202);

  const graph = await createGraph(request, "Notes", {
    nodes: [
      node("in", "start", { config: { fields: [{ id: "message", name: "message", type: "text" }] } }),
      node("out", "output", { at: [700, 0], config: { name: "answer" } }),
    ],
    edges: [wire("in.message", "out.value")],
    server: server.url,
  });
  await page.goto(`${server.url}/graphs/${graph}`);
  await select(page, "out");
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await choose(page, "clerk", "Clerk");
  await expect(card(page, "Clerk")).toBeVisible();
  await inspector(page).getByRole("button", { name: "What it can do" }).click();
  const abilities = page.getByRole("dialog", { name: "What Clerk can do" });
  await expect(abilities).toContainText(`its published revision ${number}`);
  await expect(abilities).toContainText("It has no tools");
  await expect(abilities.getByRole("list", { name: "Past results" })).toContainText("Succeeded");
  await abilities.getByRole("link", { name: "Open the agent" }).click();
  await expect(page.getByRole("textbox", { name: "Name of the agent" })).toHaveValue("Clerk");
});
