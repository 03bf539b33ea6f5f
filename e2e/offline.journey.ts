import type { Page } from "playwright/test";
import { card, expectSaved, inspector, select, wires } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

/** What a browser prints of requests and sockets that reach nobody. */
const unreachable = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to|Failed to load resource|Failed to fetch/;

// several starts of the server, and reloads without it
test.describe.configure({ timeout: 240_000 });

const state = (page: Page) => page.locator("[data-save-state]");
const textOf = (page: Page) => inspector(page).getByRole("textbox", { name: "Text", exact: true });

/** The worker that lets the canvas open without the server has all it needs. */
async function shellIsKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state), { timeout: 60_000 }).toBe("activated");
}

test("edits outlive the server's absence, a reload and a closed window, and merge with those of others", async ({
  page,
  context,
  openWindow,
  request,
  heddle,
  problems,
}) => {
  const nodes = [
    node("write", "template-text", { label: "Write", config: { template: "before" } }),
    node("check", "template-text", { label: "Check", at: [360, 0], config: { template: "untouched" } }),
  ];
  const id = await createGraph(request, "Away and back", { nodes });
  const other = await openWindow();
  await Promise.all([page.goto(`/graphs/${id}`), other.goto(`/graphs/${id}`)]);
  await Promise.all([expectSaved(page), expectSaved(other)]);
  await shellIsKept(page);
  problems.allow(unreachable);
  await heddle.kill();
  await expect(state(page)).toHaveText("Offline");
  await select(page, "Write");
  await textOf(page).fill("written offline");
  await expect(state(page)).toHaveText("Offline · 1 unsaved change, kept in this browser");

  await page.reload();
  await expect(card(page, "Write")).toBeVisible();
  await expect(state(page)).toHaveText("Offline · 1 unsaved change, kept in this browser");
  await select(page, "Write");
  await expect(textOf(page)).toHaveValue("written offline");
  await page.waitForTimeout(600);
  await textOf(page).fill("written offline, after a reload");
  await expect(state(page)).toContainText("2 unsaved changes");
  await page.close();

  // the other window is offline as well, and works on
  await select(other, "Check");
  await textOf(other).fill("changed by the other");
  await expect(state(other)).toContainText("1 unsaved change");

  const later = await context.newPage();
  await later.goto(`/graphs/${id}`);
  await expect(state(later)).toContainText("2 unsaved changes");
  await heddle.start();
  await Promise.all([expectSaved(later), expectSaved(other)]);
  for (const window of [later, other]) {
    await select(window, "Write");
    await expect(textOf(window)).toHaveValue("written offline, after a reload");
    await select(window, "Check");
    await expect(textOf(window)).toHaveValue("changed by the other");
  }
  const draft = await (await request.get(`/api/graphs/${id}`)).json();
  expect(draft.graph.nodes.map(({ config }: { config: { template: string } }) => config.template)).toEqual([
    "changed by the other",
    "written offline, after a reload",
  ]);

  // what is saved is not called unsaved after another absence
  await heddle.kill();
  await later.reload();
  await expect(card(later, "Write")).toBeVisible();
  await expect(state(later)).toHaveText("Offline");
  await heddle.start();
  await expectSaved(later);
});

test("what somebody else deleted while it was changed offline is told, and can be put back", async ({ page, openWindow, request, heddle, problems }) => {
  const nodes = [
    node("start", "template-text", { label: "Begin", config: { template: "thread" } }),
    node("write", "template-text", { label: "Write", at: [320, 0], config: { template: "before {{ inputs.value }}" } }),
    node("out", "output", { label: "Result", at: [640, 0] }),
  ];
  const id = await createGraph(request, "Lost and found", { nodes, edges: [wire("start.text", "write.value"), wire("write.text", "out.value")] });
  const other = await openWindow();
  await Promise.all([page.goto(`/graphs/${id}`), other.goto(`/graphs/${id}`)]);
  await Promise.all([expectSaved(page), expectSaved(other)]);
  problems.allow(unreachable);
  await heddle.kill();
  await expect(state(page)).toContainText("Offline");
  await select(page, "Write");
  await textOf(page).fill("written offline {{ inputs.value }}");
  await select(other, "Write");
  await other.keyboard.press("Delete");
  await expect(card(other, "Write")).toBeHidden();
  await expect(state(page)).toContainText("1 unsaved change");
  await heddle.start();
  await Promise.all([expectSaved(page), expectSaved(other)]);
  await expect(card(page, "Write")).toBeHidden();
  const notice = page.getByRole("region", { name: "Lost edits" });
  await expect(notice).toContainText(/^(Somebody else|Guest \d+) deleted “Write” while you were changing it/);
  await notice.getByRole("button", { name: "Put it back" }).click();
  await expect(card(other, "Write")).toBeVisible();
  await expect(wires(other)).toHaveCount(2);
  await expect(notice).toBeHidden();
  await select(other, "Write");
  await expect(textOf(other)).toHaveValue("written offline {{ inputs.value }}");

  // online, with one other person there, it is known who it was
  await select(page, "Write");
  await textOf(page).fill("again {{ inputs.value }}");
  await expectSaved(page);
  await select(other, "Write");
  await other.keyboard.press("Delete");
  await expect(notice).toContainText(/Guest \d+ deleted “Write”/);
  await notice.getByRole("button", { name: "Let it go" }).click();
  await expect(notice).toBeHidden();
  await page.keyboard.press("Control+z");
  await expectSaved(page);
});

test("two windows of one browser share what is unsaved, and neither is lost", async ({ page, context, request, heddle, problems }) => {
  const nodes = [
    node("a", "template-text", { label: "One", config: { template: "a" } }),
    node("b", "template-text", { label: "Two", at: [360, 0], config: { template: "b" } }),
  ];
  const id = await createGraph(request, "Two windows", { nodes });
  const second = await context.newPage();
  await Promise.all([page.goto(`/graphs/${id}`), second.goto(`/graphs/${id}`)]);
  await Promise.all([expectSaved(page), expectSaved(second)]);
  await shellIsKept(second);
  problems.allow(unreachable);
  await heddle.kill();
  await expect(state(page)).toContainText("Offline");
  await select(page, "One");
  await textOf(page).fill("from the first window");
  await select(second, "Two");
  await textOf(second).fill("from the second window");
  await expect(state(second)).toContainText("1 unsaved change");
  // the first window is gone before the server is back; the second sends for both
  await page.close();
  await heddle.start();
  await expectSaved(second);
  await expect(card(second, "One")).toContainText("from the first window");
  await expectSaved(second);
  await expect
    .poll(async () =>
      (await (await request.get(`/api/graphs/${id}`)).json()).graph.nodes.map(({ config }: { config: { template: string } }) => config.template),
    )
    .toEqual(["from the first window", "from the second window"]);
  await heddle.kill();
  await second.reload();
  await expect(state(second)).toHaveText("Offline");
  await heddle.start();
});

test("edits of a graph that is archived meanwhile can be carried to a new one", async ({ page: first, context, request, heddle, problems }) => {
  let page = first;
  const id = await createGraph(request, "Archived", { nodes: [node("a", "template-text", { label: "One", config: { template: "a" } })] });
  await page.goto(`/graphs/${id}`);
  await expectSaved(page);
  problems.allow(unreachable);
  await heddle.kill();
  await expect(state(page)).toContainText("Offline");
  await select(page, "One");
  await textOf(page).fill("not saved yet");
  await expect(state(page)).toContainText("1 unsaved change");
  await page.close();
  await heddle.start();
  expect((await request.delete(`/api/graphs/${id}`)).status()).toBe(204);
  page = await context.newPage();
  await page.goto(`/graphs/${id}`);
  await expect(page.getByRole("button", { name: "Copy my version" })).toBeVisible();
  await page.getByRole("button", { name: "Copy my version" }).click();
  await expectSaved(page);
  await expect(card(page, "One")).toContainText("not saved yet");
  await page.goto(`/graphs/${id}`);
  await expect(page.getByText("is archived")).toBeVisible();
  await expect(page.getByRole("button", { name: "Copy my version" })).toBeHidden();
});

test("without storage, edits are kept in the window, which says so", async ({ page, request, heddle, problems }) => {
  await page.addInitScript(() =>
    Object.defineProperty(globalThis, "indexedDB", {
      get: () => {
        throw new DOMException("no", "SecurityError");
      },
    }),
  );
  const id = await createGraph(request, "Private", { nodes: [node("a", "template-text", { label: "One", config: { template: "a" } })] });
  await page.goto(`/graphs/${id}`);
  await expectSaved(page);
  problems.allow(unreachable);
  await heddle.kill();
  await select(page, "One");
  await textOf(page).fill("in this window");
  await expect(state(page)).toHaveText("Offline · 1 unsaved change, in this window only");
  await heddle.start();
  await expectSaved(page);
});
