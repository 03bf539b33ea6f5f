import type { Page } from "playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { card, expectSaved, expectState, inspector, palette, runBar, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer, type HeddleServer } from "./support/heddle-server.ts";
import { test as base, expect } from "./support/journey.ts";

/** The one-time address opens once, and other journeys need that of the server they share. */
const test = base.extend<{ server: HeddleServer }>({
  server: async ({ page }, use) => {
    const server = await createHeddleServer();
    await use(server);
    // the page would call again for its sockets
    await page.goto("about:blank");
    await server.dispose();
  },
});

const parts = {
  nodes: [
    node("text", "template-text", { label: "Say", config: { template: "Hello {{ inputs.who }}" } }),
    node("code", "code", {
      label: "Fail",
      at: [0, 240],
      config: { source: 'throw new Error("The loom is jammed");', inputs: [], outputs: [{ id: "r", name: "result", type: "any" }] },
      policy: { attempts: 1 },
    }),
    node("each", "for-each", { label: "Each", at: [720, 0], config: { concurrency: 1 } }),
    node("out", "output", { label: "Result", at: [360, 0] }),
    node("note", "note", { label: "Note", at: [360, 240], config: { text: "Read **me** first." } }),
  ],
  edges: [wire("text.text", "out.value")],
};

const PAGES = ["runs", "approvals", "connections", "variables", "credentials", "people", "tokens", "audit", "settings", "profile", "nowhere"];

test.describe("axe finds nothing serious", () => {
  // each look would wait for what glides and fades
  test.use({ contextOptions: { reducedMotion: "reduce" } });

  test("on the pages", async ({ page, request, problems, server }) => {
    problems.allow(/status of 40[0-9]/);
    await createGraph(request, "Accessible", { ...parts, server: server.url });
    await page.goto(server.oneTimeUrl);
    await page.goto(server.url);
    await expect(page.getByRole("link", { name: /Accessible/ }).first()).toBeVisible();
    await expectAccessible(page, "graphs");
    await page
      .getByRole("button", { name: "Graph actions" })
      .or(page.getByRole("button", { name: /^Actions/ }))
      .first()
      .click();
    await expectAccessible(page, "a menu");
    for (const path of PAGES) {
      await page.goto(`${server.url}/${path}`);
      await expect(page.getByRole("heading").first()).toBeVisible();
      await page.waitForLoadState("networkidle");
      await expectAccessible(page, path);
    }
  });

  test("in the editor", async ({ page, request }) => {
    const empty = await createGraph(request, "Nothing yet", { nodes: [] });
    await page.goto(`/graphs/${empty}`);
    await expectSaved(page);
    await expectAccessible(page, "an empty graph");

    const id = await createGraph(request, "Accessible", parts);
    await page.goto(`/graphs/${id}`);
    await expectSaved(page);
    await expect(card(page, "Say")).toBeVisible();
    await expectAccessible(page, "a graph");
    for (const label of ["Say", "Fail", "Each", "Result"]) {
      await select(page, label);
      await expect(inspector(page).getByRole("textbox", { name: "Name of the node" })).toHaveValue(label);
      await expectAccessible(page, `the inspector of ${label}`);
    }
  });

  test("around a graph", async ({ page, request }) => {
    const id = await createGraph(request, "Accessible", parts);
    await page.goto(`/graphs/${id}`);
    await expectSaved(page);
    await expect(card(page, "Say")).toBeVisible();
    await dialogs(page);
    await sides(page);
  });

  test("in runs", async ({ page, request }) => {
    const id = await createGraph(request, "Accessible", {
      nodes: parts.nodes.filter(({ id: name }) => !["node_text", "node_each", "node_out"].includes(name)),
    });
    await page.goto(`/graphs/${id}`);
    await expect(card(page, "Fail")).toBeVisible();
    await page.keyboard.press("Control+Enter");
    await expectState(page, { Fail: "failed" });
    await runBar(page).getByRole("button", { name: "Details" }).click();
    await select(page, "Fail");
    await inspector(page).getByRole("tab", { name: "Run" }).click();
    await expect(inspector(page).getByRole("alert")).toBeVisible();
    await expectAccessible(page, "a run with its results");
    await page.keyboard.press("Shift+H");
    const history = page.getByRole("complementary", { name: "History" });
    await history.getByRole("listitem").first().getByRole("button").first().click();
    await expect(page.getByRole("complementary", { name: "What differs" })).toBeVisible();
    await expectAccessible(page, "a comparison");
    await page.keyboard.press("Shift+H");
    await expect(history).toBeHidden();
    await page.keyboard.press("h");
    const runs = page.getByRole("complementary", { name: "Runs" });
    await expect(runs.getByRole("link").first()).toBeVisible();
    await expectAccessible(page, "the list of runs");
    await runs.getByRole("link").first().click();
    await expect(page.getByText("The graph as this run saw it.")).toBeVisible();
    await expectAccessible(page, "a past run");
  });
});

async function dialogs(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Graph settings" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page, "graph settings");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: /problem/ }).click();
  await expectAccessible(page, "the problems");
  await page.getByRole("button", { name: /^Add node/ }).click();
  await expect(palette(page)).toBeVisible();
  await expectAccessible(page, "the palette");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Do or find anything" }).getByRole("option").first()).toBeVisible();
  await expectAccessible(page, "everything that can be done");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keys" })).toBeVisible();
  await expectAccessible(page, "the keys");
  await page.keyboard.press("Escape");
}

/** What stands beside the board. */
async function sides(page: Page): Promise<void> {
  await page.keyboard.press("Control+h");
  await page.keyboard.type("hello");
  await expect(page.getByRole("search", { name: "Find and replace" })).toContainText("1 match");
  await expectAccessible(page, "the search");
  // to the node it is in
  await page.getByRole("textbox", { name: "Find" }).press("Enter");
  await page.keyboard.press("Escape");
  await expect(inspector(page).getByRole("textbox", { name: "Name of the node" })).toHaveValue("Say");
  await page.keyboard.press("Shift+C");
  await expect(page.getByRole("textbox", { name: "New comment" })).toBeFocused();
  await page.keyboard.type("Is this **right**?");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("complementary", { name: "Comments" }).getByRole("list", { name: "Threads" })).toContainText("Is this right?");
  await expectAccessible(page, "comments");
}
