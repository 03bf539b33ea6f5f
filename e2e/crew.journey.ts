import type { Page } from "playwright/test";
import { card, drag, expectSaved, expectState, inspector, middleOf, port, runBar, select, wires } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import type { HeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

/** A provider that answers from scripts, so that no model is asked; set up by a person, as it has to be. */
async function addModels(page: Page, heddle: HeddleServer): Promise<string> {
  await page.goto(heddle.oneTimeUrl);
  const answer = await page.request.post(`${heddle.url}/api/connections`, {
    headers: { origin: heddle.url },
    data: { kind: "model", name: "Scripted", settings: { provider: "scripted", defaultModel: "helper" } },
  });
  expect(answer.status(), await answer.text()).toBe(201);
  return (await answer.json()).id;
}

const agent = (name: string, label: string, given: { at: readonly [number, number]; config: object }) => node(name, "agent", { label, ...given });

/** A crew that is still empty, what is to go into it, a tool, and an output. */
function parts(connection: string) {
  const config = { task: "Say in one sentence what a heddle is.", strategy: "lead-delegates" };
  const lookup = { source: 'return { found: "A heddle guides each warp thread." };', inputs: [], outputs: [{ id: "found", name: "found", type: "text" }] };
  return [
    { ...node("crew", "crew", { label: "Authors", at: [0, 0], config }), size: { width: 920, height: 520 } },
    agent("lead", "Lead", { at: [0, 580], config: { connection, model: "lead", role: "lead" } }),
    agent("writer", "Writer", { at: [330, 580], config: { connection, model: "helper" } }),
    node("lookup", "code", { label: "Lookup", at: [980, 300], config: lookup }),
    node("out", "output", { label: "Result", at: [980, 0] }),
  ];
}

/** Everything in view, nothing selected. */
async function showAll(page: Page): Promise<void> {
  await page.keyboard.press("Escape");
  await expect(inspector(page)).toHaveCount(0);
  await page.keyboard.press("1");
  const first = page.getByRole("article").first();
  await expect(async () => {
    const before = await middleOf(first);
    await page.waitForTimeout(300);
    expect(await middleOf(first)).toEqual(before);
  }).toPass();
}

test("a crew is put together by hand, and one sees what its members tell one another and what their tools do", async ({ page, request, heddle }) => {
  const connection = await addModels(page, heddle);
  const id = await createGraph(request, "Crew by hand", { nodes: parts(connection), edges: [wire("crew.text", "out.value")] });
  await page.goto(`/graphs/${id}`);
  const crew = card(page, "Authors");
  await expect(crew).toBeVisible();
  await showAll(page);

  // one by the pointer, one by the keyboard
  const middle = await middleOf(crew);
  await drag(page, card(page, "Lead").getByRole("heading"), { x: middle.x + 120, y: middle.y - 40 });
  await expect(card(page, "Lead").getByTitle("A member of Authors")).toHaveText("lead");
  await select(page, "Writer");
  await page.keyboard.press("Shift+G");
  const containers = page.getByRole("dialog", { name: "Put into a container" });
  await containers.getByPlaceholder("Search containers…").fill("Auth");
  await page.keyboard.press("Enter");
  await expect(card(page, "Writer").getByTitle("A member of Authors")).toHaveText("worker");
  await showAll(page);

  // an output of the graph is nobody's member
  const inside = await middleOf(crew);
  await drag(page, card(page, "Result").getByRole("heading"), { x: inside.x, y: inside.y });
  await expect(page.getByText("“Authors” calls what is inside it, and “Result” cannot be called.")).toBeVisible();
  await showAll(page);

  await drag(page, port(page, "Lookup", "Output Tool"), port(page, "Writer", "Input Tools"));
  await expect(wires(page)).toHaveCount(2);
  await expect(card(page, "Lookup").getByTitle("A tool of Writer")).toHaveText("tool");
  await drag(page, port(page, "Lead", "Output Hands over to"), port(page, "Writer", "Input Takes over from"));
  await expect(wires(page)).toHaveCount(3);
  await expect(page.getByLabel("Hand-off from Lead, agent, to Writer, from")).toHaveCount(1);
  await expect(page.getByRole("button", { name: "No problems" })).toBeVisible();

  // what is told of the tool, where the tool is set up
  await select(page, "Lookup");
  await inspector(page).getByText("As a tool", { exact: true }).click();
  await inspector(page).getByLabel("Description for its caller").fill("Looks words up.");
  await expect(inspector(page).getByText("1 set")).toBeVisible();
  await expectSaved(page);

  await page.getByRole("button", { name: "Run Ctrl" }).click();
  await expect(runBar(page)).toContainText("Succeeded", { timeout: 60_000 });
  await expectState(page, { Authors: "succeeded", Lead: "succeeded", Writer: "succeeded", Lookup: "succeeded", Result: "succeeded" });
  await expect(card(page, "Lead")).toContainText("Called 2 times");
  await expect(card(page, "Lookup")).toContainText("Called once");

  await crew.getByRole("heading", { name: "Authors" }).click();
  await inspector(page).getByRole("tab", { name: /Run/ }).click();
  await inspector(page).getByRole("button", { name: "Show the conversation" }).click();
  const conversation = page.getByRole("complementary", { name: "Conversation of Authors" });
  const messages = conversation.getByRole("list", { name: "Messages" }).locator("[data-message]");
  await expect(messages).toHaveCount(7);
  await expect(messages.first()).toContainText("Say in one sentence what a heddle is.");
  await expect(messages.last()).toContainText("The crew is done.");
  await conversation.getByLabel("Search in the conversation").fill("guides each warp thread");
  await expect(messages).toHaveCount(2);
  await expect(messages.first()).toContainText("Writer");
  await conversation.getByLabel("Search in the conversation").fill("nobody said this");
  await expect(conversation.getByText("No message fits")).toBeVisible();
  await conversation.getByRole("button", { name: "Close" }).click();

  // the calls of a tool, with what it was given and what it answered
  await select(page, "Lookup");
  const calls = inspector(page).getByRole("region", { name: "Calls" });
  await calls.getByRole("button", { name: /Call 1 by Writer/ }).click();
  await expect(calls.getByText("A heddle guides each warp thread.")).toBeVisible();

  // what a member thought and decided is in the run of its call
  await select(page, "Writer");
  await inspector(page)
    .getByRole("button", { name: /Call 1 by Authors/ })
    .click();
  await inspector(page).getByText("Whole run:").getByRole("link").click();
  await expect(page).toHaveURL(/\/runs\/run_/);
  await select(page, "Writer");
  await inspector(page).getByRole("tab", { name: /Run/ }).click();
  const trace = inspector(page).getByRole("region", { name: "Reasoning and decisions" });
  await expect(trace.getByRole("list", { name: "Turns" }).getByRole("listitem", { name: /^Turn/ })).toHaveCount(2);
  await expect(trace.getByRole("region", { name: "Planned call of lookup" })).toContainText("Allowed by the rules");
  await trace.getByText("Reasoning", { exact: true }).click();
  await expect(trace.getByText("There is a tool for this: I call it first.")).toBeVisible();
  await trace.getByLabel("Search in the turns").fill("nothing like it");
  await expect(trace.getByText("No turn has these words in it.")).toBeVisible();
});
