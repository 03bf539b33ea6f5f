import type { Page } from "playwright/test";
import { card, expectSaved, inspector, select } from "./support/board.ts";
import { createGraph, node } from "./support/graphs.ts";
import { expect, OWNER, test } from "./support/team.ts";

const text = (page: Page) => inspector(page).getByRole("textbox", { name: "Text", exact: true });
/** What stands in the large editor, which draws its spaces as no-break ones. */
const largeText = (page: Page) => page.locator(".monaco-editor .view-lines").evaluate(({ textContent }) => textContent?.replaceAll("\u00a0", " "));
const caretOf = (page: Page, name: string) => page.locator(`[data-remote-caret="${name}"]`);
/** In percent. */
const zoom = async (page: Page) => Number.parseInt((await page.getByRole("button", { name: /^\d+%/ }).textContent()) ?? "", 10);

// two people, each with a browser: with other work on the machine it takes its time
test.describe.configure({ timeout: 120_000 });

async function undoAll(page: Page): Promise<void> {
  const undo = page.getByRole("button", { name: "Undo" });
  while (await undo.isEnabled()) await undo.click();
}

test("two people write in one prompt at once, one of them in the large editor, and each takes back their own words only", async ({
  owner,
  newcomer,
  request,
}) => {
  const edda = await newcomer("Edda", { role: "editor" });
  const id = await createGraph(request, "One prompt", { nodes: [node("write", "template-text", { label: "Write", config: { template: "the loom" } })] });
  for (const { page } of [owner, edda]) {
    await page.goto(`/graphs/${id}`);
    await expectSaved(page);
    await select(page, "Write");
  }
  await text(owner.page).press("Control+Home");
  await text(edda.page).press("Control+End");
  await Promise.all([text(owner.page).pressSequentially("Begin with "), text(edda.page).pressSequentially(" and end there")]);
  for (const { page } of [owner, edda]) await expect(text(page)).toHaveValue("Begin with the loom and end there");
  await expect(caretOf(owner.page, "Edda")).toHaveCount(1);
  await expect(caretOf(edda.page, OWNER.name)).toHaveCount(1);
  await expect(inspector(owner.page).getByRole("list", { name: "Also in this field" }).getByRole("img", { name: "Edda" })).toBeVisible();

  await undoAll(owner.page);
  for (const { page } of [owner, edda]) await expect(text(page)).toHaveValue("the loom and end there");

  await inspector(edda.page).getByRole("button", { name: "Edit in a large window" }).click();
  const large = edda.page.getByRole("dialog", { name: "Text" });
  await expect(large.locator(".monaco-editor").first()).toBeVisible({ timeout: 20_000 });
  await expect.poll(() => largeText(edda.page)).toBe("the loom and end there");
  await edda.page.keyboard.press("Control+End");
  await text(owner.page).press("Control+Home");
  await Promise.all([text(owner.page).pressSequentially("Oil "), edda.page.keyboard.type(", slowly")]);
  await expect(text(owner.page)).toHaveValue("Oil the loom and end there, slowly");
  await expect.poll(() => largeText(edda.page)).toBe("Oil the loom and end there, slowly");
  await expect(large.locator(`[data-remote-caret="${OWNER.name}"]`)).toBeVisible();
  await expect(caretOf(owner.page, "Edda")).toHaveCount(1);

  await edda.page.keyboard.press("Control+z");
  await expect.poll(() => largeText(edda.page)).not.toContain("slowly");
  await expect.poll(() => largeText(edda.page)).toContain("Oil the loom");
  // out of the editor, and out of the window
  await edda.page.keyboard.press("Escape");
  await edda.page.keyboard.press("Escape");
  await expect(large).toBeHidden();
  await expect(text(edda.page)).toHaveValue(await text(owner.page).inputValue());
  await expectSaved(edda.page);
});

test("somebody is followed over the board, and a mention in a comment reaches their inbox", async ({ owner, newcomer, request }) => {
  const edda = await newcomer("Edda", { role: "editor" });
  const nodes = [
    node("write", "template-text", { label: "Write", config: { template: "the loom" } }),
    node("out", "output", { label: "Result", at: [360, 0] }),
  ];
  const id = await createGraph(request, "Said in passing", { nodes });
  await Promise.all([owner, edda].map(({ page }) => page.goto(`/graphs/${id}`)));
  await Promise.all([owner, edda].map(({ page }) => expectSaved(page)));

  await owner.page.getByRole("button", { name: "Who is here" }).click();
  await owner.page.getByRole("dialog", { name: "Who is here" }).getByRole("button", { name: "Follow", exact: true }).click();
  await expect(owner.page.getByText("Following Edda")).toBeVisible();
  for (let presses = 0; presses < 3; presses++) await edda.page.keyboard.press("-");
  await expect.poll(() => zoom(edda.page)).not.toBe(100);
  await expect.poll(async () => (await zoom(owner.page)) === (await zoom(edda.page))).toBe(true);
  await owner.page.keyboard.press("Escape");
  await expect(owner.page.getByText("Following Edda")).toBeHidden();
  const own = await zoom(owner.page);
  await edda.page.keyboard.press("0");
  await expect.poll(() => zoom(edda.page)).toBe(100);
  expect(await zoom(owner.page)).toBe(own);

  await select(edda.page, "Write");
  await edda.page.keyboard.press("Shift+C");
  const comment = edda.page.getByRole("textbox", { name: "New comment" });
  await expect(comment).toBeFocused();
  await comment.pressSequentially("@Ada");
  await expect(edda.page.getByRole("option", { name: OWNER.name })).toBeVisible();
  await edda.page.keyboard.press("Enter");
  await comment.pressSequentially("is this tight enough?");
  await edda.page.keyboard.press("Control+Enter");
  const thread = edda.page.getByRole("list", { name: "Threads" }).getByRole("listitem").first();
  await expect(thread).toContainText(`@${OWNER.name} is this tight enough?`);

  await owner.page.getByRole("link", { name: /^Inbox/ }).click();
  const message = owner.page.getByRole("list", { name: "Messages" }).getByRole("listitem").filter({ hasText: "Said in passing" });
  await expect(message).toContainText("Edda mentioned you");
  await message.getByRole("button").first().click();
  await expect(card(owner.page, "Write")).toBeVisible();
  const said = owner.page.getByRole("complementary", { name: "Comments" });
  await expect(said).toContainText("is this tight enough?");
  await said.getByRole("button", { name: "Resolve" }).click();
  await expect(thread).toBeHidden();
});
