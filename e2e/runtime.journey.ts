import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright/test";
import { card, expectState, inspector, runBar, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

const code = (
  name: string,
  source: string,
  options: { label: string; at: readonly [number, number]; inputs?: readonly string[]; policy?: object; config?: object },
) => {
  const inputs = (options.inputs ?? []).map((input) => ({ id: input, name: input, type: "any" }));
  return node(name, "code", { ...options, config: { source, inputs, outputs: [{ id: "result", name: "result", type: "any" }] } });
};

/** Five items of which the fourth fails, at most two at once; the rest goes on. */
function loom(sleepMs = 0) {
  const wait = sleepMs > 0 ? `const until = Date.now() + ${sleepMs};\nwhile (Date.now() < until);\n` : "";
  const work = `${wait}if (inputs.item === "knot") throw new Error("The thread is knotted");\nconsole.log("woven " + inputs.item);\nreturn inputs.item.toUpperCase();`;
  const inside = code("work", work, { label: "Weave", at: [60, 90], inputs: ["item"], policy: { attempts: 1 } });
  return {
    nodes: [
      code("list", 'return ["warp", "weft", "reed", "knot", "heddle"];', { label: "Threads", at: [0, 0] }),
      {
        ...node("each", "for-each", { label: "Each thread", at: [320, 0], config: { concurrency: 2, onItemFailure: "collect" } }),
        size: { width: 420, height: 280 },
      },
      { ...inside, parent: "node_each" },
      node("out", "output", { label: "Result", at: [820, 0] }),
    ],
    edges: [wire("list.result", "each.items"), wire("each.item", "work.item"), wire("work.result", "each.result"), wire("each.results", "out.value")],
  };
}

test("a for-each is stepped through, iteration by iteration", async ({ page, request }) => {
  const id = await createGraph(request, "Weaving", loom());
  await page.goto(`/graphs/${id}`);
  await expect(card(page, "Threads")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expect(runBar(page)).toContainText("Succeeded");
  await expect(runBar(page)).toContainText("3 of 3 nodes");
  await expectState(page, { Weave: "failed" });

  await runBar(page).getByRole("button", { name: "Details" }).click();
  await runBar(page)
    .getByRole("button", { name: /^Succeeded Weave · 2\b/ })
    .click();
  const steps = inspector(page).getByRole("region", { name: "Iterations of Each thread" });
  await expect(steps.getByRole("img", { name: "1 failed, 4 succeeded" })).toBeVisible();
  await expect(steps.getByRole("textbox", { name: "Iteration" })).toHaveValue("2");
  await expect(value(page, "Inputs")).toContainText("weft");
  await expect(value(page, "Outputs")).toContainText("WEFT");

  await steps.getByRole("button", { name: "Next iteration" }).click();
  await expect(value(page, "Outputs")).toContainText("REED");
  await expect(inspector(page).getByRole("region", { name: "Log" })).toContainText("woven reed");
  await steps.getByRole("textbox", { name: "Iteration" }).fill("5");
  await steps.getByRole("textbox", { name: "Iteration" }).press("Enter");
  await expect(value(page, "Outputs")).toContainText("HEDDLE");
  await steps.getByRole("checkbox", { name: /failed only/ }).check();
  await expect(steps.getByRole("textbox", { name: "Iteration" })).toHaveValue("4");
  await expect(inspector(page).getByRole("alert")).toContainText("The thread is knotted");
  await expect(steps.getByRole("button", { name: "Next iteration" })).toBeDisabled();
});

test("a run is held, resumed, and killed with a reason", async ({ page, request, heddle }) => {
  const nodes = [
    node("first", "delay", { label: "First", config: { amount: 2, unit: "seconds" } }),
    node("second", "delay", { label: "Second", at: [320, 0], config: { amount: 10, unit: "minutes" } }),
  ];
  const id = await createGraph(request, "Patience", { nodes, edges: [wire("first.value", "second.value")] });
  // who changes what a run may cost answers for it
  await page.goto(heddle.oneTimeUrl);
  await page.goto(`/graphs/${id}`);
  await expect(card(page, "First")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await runBar(page).getByRole("button", { name: "Hold" }).click();
  await expectRun(page, "held");
  await runBar(page).getByRole("button", { name: "Resume" }).click();
  await expectState(page, { Second: "waiting" });
  await select(page, "Second");
  await inspector(page).getByRole("tab", { name: "Run" }).click();
  await expect(inspector(page)).toContainText("Waits until");

  await runBar(page).getByRole("button", { name: "change the budget" }).click();
  const budget = page.getByRole("dialog", { name: "Budget of this run" });
  await budget.getByRole("textbox", { name: "Budget in dollars" }).fill("2.5");
  await budget.getByRole("button", { name: "Set the budget" }).click();
  await expect(runBar(page)).toContainText("$0.00 of $2.50");

  await runBar(page).getByRole("button", { name: "Kill…" }).click();
  const question = page.getByRole("dialog", { name: "Kill this run?" });
  await expect(question.getByRole("button", { name: "Kill the run" })).toBeDisabled();
  await question.getByRole("textbox", { name: "Reason" }).fill("The order was withdrawn");
  await question.getByRole("textbox", { name: "Reason" }).press("Enter");
  await expectRun(page, "killed");
  await expect(runBar(page)).toContainText("The order was withdrawn");
});

test("a failed run goes on from its failure, and a node runs alone with other inputs", async ({ page, request }) => {
  const nodes = [
    code("count", "return 20;", { label: "Count", at: [0, 0] }),
    code("check", 'if (inputs.n > 10) throw new Error("Too many"); return inputs.n;', { label: "Check", at: [320, 0], inputs: ["n"], policy: { attempts: 1 } }),
    node("out", "output", { label: "Result", at: [640, 0] }),
  ];
  const id = await createGraph(request, "Again", { nodes, edges: [wire("count.result", "check.n"), wire("check.result", "out.value")] });
  await page.goto(`/graphs/${id}`);
  await expect(card(page, "Count")).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expectRun(page, "failed");

  await runBar(page).getByRole("button", { name: "Run again" }).click();
  await page.getByRole("menuitem", { name: "From the failure" }).click();
  await expectState(page, { Count: "reused", Check: "failed" });
  await expect(runBar(page)).toContainText("Re-run of");
  await select(page, "Count");
  await inspector(page).getByRole("tab", { name: "Run" }).click();
  await expect(inspector(page)).toContainText("taken over from");
  await expect(inspector(page).getByRole("link", { name: /^the run of \d/ })).toBeVisible();

  await select(page, "Check");
  await inspector(page).getByRole("button", { name: "Run only this node…" }).click();
  const dialog = page.getByRole("dialog", { name: "Run only “Check”" });
  await dialog.getByRole("switch", { name: "With other inputs" }).click();
  await dialog.getByRole("textbox", { name: "Inputs, by port" }).fill('{ "n": 7 }');
  await dialog.getByRole("button", { name: "Run it" }).click();
  await expect(dialog).toBeHidden();
  await expectState(page, { Check: "succeeded", Result: "skipped" });
  await expect(value(page, "Inputs")).toContainText("set for this run");
  await expect(value(page, "Outputs")).toContainText("7");
  await select(page, "Result");
  await expect(inspector(page)).toContainText("Not part of this run: it was asked for other nodes only.");

  await page.goto("/runs");
  await expect(page.getByRole("table", { name: "Runs" }).getByText("Re-run of").first()).toBeVisible();
});

test("the settings of a graph and how a node runs are set on the canvas", async ({ page, request }) => {
  const handler = await createGraph(request, "Alarm bell", { nodes: [node("start", "start", { label: "Start" })] });
  const id = await createGraph(request, "Set up", loom());
  await page.goto(`/graphs/${id}`);
  await page.getByRole("button", { name: "Graph settings" }).click();
  const dialog = page.getByRole("dialog", { name: "Graph settings" });
  await dialog.getByRole("textbox", { name: "Time limit in minutes" }).fill("30");
  await dialog.getByRole("textbox", { name: "Budget in dollars" }).fill("1.25");
  await dialog.getByRole("textbox", { name: "Worker label" }).fill("Not a label");
  await expect(dialog.getByRole("alert")).toContainText("lower-case");
  await dialog.getByRole("textbox", { name: "Worker label" }).fill("");
  await dialog.getByRole("combobox", { name: "Error handler" }).click();
  await page.getByRole("option", { name: /Alarm bell/ }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await select(page, "Threads");
  await inspector(page).getByText("How it runs").click();
  await inspector(page).getByRole("textbox", { name: "Worker label" }).fill("gpu");
  const draft = async () => (await (await request.get(`/api/graphs/${id}`)).json()).graph;
  await expect.poll(async () => (await draft()).settings).toEqual({ timeoutMs: 1_800_000, budget: 1.25, errorGraph: handler });
  await expect.poll(async () => (await draft()).nodes.find(({ label }: { label: string }) => label === "Threads").policy).toEqual({ worker: "gpu" });
});

test("a write of unknown outcome is decided on the page of approvals", async ({ openWindow, request, problems }) => {
  const cutting = createServer((call) => call.resume().on("end", () => call.socket.destroy()));
  await new Promise<void>((resolve) => cutting.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(cutting.address() as AddressInfo).port}`;
  const heddle = await createHeddleServer({ HEDDLE_EGRESS_ALLOW: address });
  try {
    const post = { method: "POST", url: `http://${address}/orders`, bodyKind: "json", json: { item: "shuttle" }, responseKind: "json" };
    const parts = {
      nodes: [node("post", "http-request", { label: "Order", config: post }), node("out", "output", { label: "Result", at: [360, 0] })],
      edges: [wire("post.body", "out.value")],
      server: heddle.url,
    };
    const id = await createGraph(request, "Cut off", parts);
    const page = await openWindow();
    const other = await openWindow();
    await page.goto(heddle.oneTimeUrl);
    const started = await request.post(`${heddle.url}/api/graphs/${id}/runs`, { data: {} });
    expect(started.status(), await started.text()).toBe(202);
    const run = await started.json();
    await page.goto(`${heddle.url}/approvals`);
    const gate = page.getByRole("article", { name: "Order" });
    await expect(gate).toContainText("Did it happen?");
    await page.getByRole("textbox", { name: "Search approvals" }).fill("no such thing");
    await expect(page.getByText("Nothing that waits fits the search.")).toBeVisible();
    await page.getByRole("button", { name: "Show all" }).click();
    await gate.getByRole("radio", { name: /It did not happen/ }).check();
    await gate.getByRole("textbox", { name: "Note" }).fill("The other side knows nothing of it");
    await gate.getByRole("button", { name: "Let it fail" }).click();
    await expect(page.getByText("Nothing waits for you")).toBeVisible();
    await other.goto(`${heddle.url}/graphs/${id}/runs/${run.id}`);
    await expectState(other, { Order: "failed" });
    await expectRun(other, "failed");
    problems.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to/);
  } finally {
    await heddle.dispose();
    cutting.closeAllConnections();
    cutting.close();
  }
});

async function expectRun(page: Page, state: string): Promise<void> {
  await expect(runBar(page).locator("[data-run-state]")).toHaveAttribute("data-run-state", state);
}

/** A part of the inspector that shows values. */
function value(page: Page, name: string) {
  return inspector(page).getByRole("region", { name, exact: true });
}
