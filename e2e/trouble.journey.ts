import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { card, expectSaved, expectState, inspector, runBar, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

/** What a browser prints of requests and sockets that reach nobody, or a server that is about to be ready. */
const unreachable = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to|status of 503 .*service-worker\.js/;

test("edits made while the server is away are saved when it is back", async ({ page, request, heddle, problems }) => {
  const id = await createGraph(request, "Away", { nodes: [node("text", "template-text", { label: "Write", config: { template: "before" } })] });
  await page.goto(`/graphs/${id}`);
  await expectSaved(page);
  problems.allow(unreachable);
  await heddle.kill();
  const saveState = page.locator("[data-save-state]");
  await expect(saveState).toHaveText("Offline");
  await select(page, "Write");
  const text = inspector(page).getByRole("textbox", { name: "Text", exact: true });
  await text.fill("written meanwhile");
  await expect(saveState).toHaveText("Offline · 1 unsaved change, kept in this browser");

  await heddle.start();
  await expectSaved(page);
  const draft = await (await request.get(`/api/graphs/${id}`)).json();
  expect(draft.graph.nodes[0].config.template).toBe("written meanwhile");
  await page.keyboard.press("Control+Enter");
  await expect(runBar(page)).toContainText("Succeeded");
});

test("what cannot run, does not exist or fails says why", async ({ page, request, problems }) => {
  problems.allow(/status of 404|WebSocket connection to/);
  await page.goto("/graphs/graph_00000000000000000000");
  await expect(page.getByText("There is no such graph")).toBeVisible();
  await page.getByRole("button", { name: "All graphs" }).click();
  await expect(page.getByRole("heading", { name: "Graphs" })).toBeVisible();

  const id = await createGraph(request, "Failing", {
    nodes: [
      node("code", "code", {
        label: "Check",
        config: { source: 'console.log("checking");\nthrow new Error("The loom is jammed");', inputs: [], outputs: [{ id: "r", name: "result", type: "any" }] },
        policy: { attempts: 1 },
      }),
      node("out", "output", { label: "Result", at: [360, 0] }),
    ],
  });
  await page.goto(`/graphs/${id}`);
  const run = page.getByRole("button", { name: "Run Ctrl" });
  await expect(run).toBeDisabled();
  await run.locator("..").focus();
  await expect(page.getByRole("tooltip")).toContainText("Value");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByRole("listitem").filter({ hasText: "Value" }).first()).toBeVisible();
  await select(page, "Result");
  await page.keyboard.press("Delete");
  await expect(run).toBeEnabled();

  await run.click();
  await expectState(page, { Check: "failed" });
  await expect(card(page, "Check")).toContainText("The loom is jammed");
  await runBar(page)
    .getByRole("button", { name: /The loom is jammed/ })
    .click();
  const failure = inspector(page).getByRole("alert");
  await expect(failure).toContainText("The code threw an error");
  await expect(failure).toContainText("The log shows what the code printed before it failed.");
  await expect(inspector(page).getByRole("region", { name: "Log" })).toContainText("checking");
});

test("a write of unknown outcome waits for a person", async ({ openWindow, request, problems }) => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const heddle = await createHeddleServer({ HEDDLE_EGRESS_ALLOW: address });
  try {
    const post = { method: "POST", url: `http://${address}/orders`, bodyKind: "json", json: { item: "shuttle" }, responseKind: "json" };
    const parts = {
      nodes: [
        node("post", "http-request", { label: "Order", config: post, policy: { timeoutMs: 500 } }),
        node("out", "output", { label: "Result", at: [360, 0] }),
      ],
      edges: [wire("post.body", "out.value")],
      server: heddle.url,
    };
    const id = await createGraph(request, "Uncertain", parts);
    const page = await openWindow();
    await page.goto(heddle.oneTimeUrl);
    await page.goto(`${heddle.url}/graphs/${id}`);
    await expect(card(page, "Order")).toBeVisible();
    await page.keyboard.press("Control+Enter");
    await expect(card(page, "Order")).toContainText("Needs a decision");
    await runBar(page).getByRole("button", { name: "Needs a decision", exact: true }).click();

    const form = inspector(page).getByRole("form", { name: "Decide about Order" });
    await form.getByRole("radio", { name: /It happened/ }).check();
    await form.getByRole("textbox", { name: "Outputs, by port" }).fill('{ "body": { "order": 7 } }');
    await form.getByRole("textbox", { name: "Note" }).fill("Found it in the other system");
    await form.getByRole("button", { name: "Go on" }).click();
    await expect(runBar(page)).toContainText("Succeeded");
    await expect(page.getByRole("button", { name: /^Value on this wire: \{ order/ })).toBeVisible();
    await expect(page.getByRole("link", { name: "Approvals", exact: true })).toBeVisible();
    problems.allow(unreachable);
  } finally {
    await heddle.dispose();
    silent.closeAllConnections();
    silent.close();
  }
});
