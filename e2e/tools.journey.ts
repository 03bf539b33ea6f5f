import type { APIRequestContext } from "playwright/test";
import { inspector } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer, type HeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

const FILES = "conn_sample_files";
const reader = {
  nodes: [
    node("read", "mcp-tool", { label: "Read", config: { connection: FILES, tool: "read_text_file", arguments: { path: "about.md" } } }),
    node("out", "output", { label: "Out", at: [320, 0], config: { name: "text" } }),
  ],
  edges: [wire("read.text", "out.value")],
};

/** A server of their own: only one browser becomes a person, and what tools may do is changed. */
let heddle: HeddleServer;
test.beforeAll(async () => {
  heddle = await createHeddleServer();
});
test.afterAll(async () => {
  await heddle.dispose();
});

test("a tool is found and tried, denied and asked about, and called with the arguments that a person edited", async ({ openWindow, request }) => {
  const graph = await createGraph(request, "Reader", { ...reader, server: heddle.url });
  const page = await openWindow();
  await page.goto(heddle.oneTimeUrl);
  await page.goto(`${heddle.url}/tools`);

  await page.getByRole("textbox", { name: "Search tools" }).fill("read_text");
  const list = page.getByRole("list", { name: "Tools" });
  await expect(list.getByRole("listitem").first()).toContainText("read_text_file");
  const tool = page.getByRole("article", { name: "read_text_file", exact: true });
  const playground = tool.getByRole("form", { name: "Try read_text_file" });
  await playground.getByLabel("Path").fill("orders.csv");
  await playground.getByRole("button", { name: "Call" }).click();
  await expect(playground.getByRole("region", { name: "Result" })).toContainText("order,date", { timeout: 20_000 });
  await playground.getByLabel("Path").fill("elsewhere");
  await playground.getByRole("button", { name: "Use again" }).click();
  await expect(playground.getByLabel("Path")).toHaveValue("orders.csv");

  await tool.getByRole("tab", { name: "Use" }).click();
  await expect(tool.getByRole("region", { name: "Figures" })).toContainText("Calls1");
  await expect(tool.getByRole("link", { name: "Reader" })).toBeVisible();

  await tool.getByRole("tab", { name: "Rules" }).click();
  await tool.getByRole("button", { name: /^Everybody, read_text_file: Allow/ }).click();
  await page.getByRole("menuitem", { name: /^Deny/ }).click();
  await expect(tool.getByRole("button", { name: "Everybody, read_text_file: Deny" })).toBeVisible();
  await expect(list.getByRole("button", { name: /^read_text_file Sample files · denied/ })).toBeVisible();

  const refused = await startRun(request, heddle.url, graph);
  await expect.poll(() => stateOf(request, heddle.url, refused), { timeout: 20_000 }).toBe("failed");
  await page.goto(`${heddle.url}/graphs/${graph}/runs/${refused}`);
  await expect(page.getByText(/"read_text_file" may not be called from here/).first()).toBeVisible();

  await page.goto(`${heddle.url}/tools?view=rules`);
  await page.getByRole("button", { name: "Everybody, read_text_file: Deny" }).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("button", { name: "Reader, read_text_file: Deny, by a wider rule" })).toBeFocused();
  await page.keyboard.press("s");
  await expect(page.getByRole("button", { name: "Reader, read_text_file: Ask" })).toBeVisible();

  const asked = await startRun(request, heddle.url, graph);
  await page.goto(`${heddle.url}/approvals`);
  const gate = page.getByRole("article", { name: "Read" });
  await gate.getByRole("button", { name: "Edit…" }).click();
  await expect(gate.getByLabel("Path")).toHaveValue("about.md");
  await gate.getByLabel("Path").fill("orders.csv");
  await gate.getByLabel("Path").blur();
  await gate.getByRole("radio", { name: "Approve" }).click();
  await gate.getByRole("button", { name: "Approve" }).click();
  const answer = async () => (await (await request.get(`${heddle.url}/api/runs/${asked}`)).json()).output?.text ?? "";
  await expect.poll(answer, { timeout: 20_000 }).toContain("order,date");

  await page.goto(`${heddle.url}/tools?view=rules`);
  await page.getByRole("button", { name: "Reader, read_text_file: Ask" }).focus();
  await page.keyboard.press("Delete");
  await expect(page.getByRole("button", { name: "Reader, read_text_file: Deny, by a wider rule" })).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).first().click();
  await expect(page.getByRole("button", { name: "Reader, read_text_file: Ask" })).toBeVisible();
  await page.close();
});

test("a tool becomes a node of a new graph with the arguments it was tried with", async ({ openWindow }) => {
  const page = await openWindow();
  await page.goto(heddle.oneTimeUrl);
  await page.goto(`${heddle.url}/tools?${new URLSearchParams({ tool: `${FILES}/read_text_file` })}`);
  const playground = page.getByRole("form", { name: "Try read_text_file" });
  await playground.getByLabel("Path").fill("orders");
  await playground.getByRole("button", { name: "Add to graph…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "A new graph" }).click();
  await expect(page).toHaveURL(/\/graphs\/graph_/);
  await expect(page.locator(".react-flow__node")).toHaveCount(1);
  await expect(inspector(page).getByLabel("Path")).toHaveValue("orders");
  await page.reload();
  await expect(page.locator(".react-flow__node")).toHaveCount(1);
  await page.close();
});

async function startRun(request: APIRequestContext, url: string, graph: string): Promise<string> {
  return (await (await request.post(`${url}/api/graphs/${graph}/runs`, { data: {} })).json()).id;
}

async function stateOf(request: APIRequestContext, url: string, run: string): Promise<string> {
  return (await (await request.get(`${url}/api/runs/${run}`)).json()).state;
}
