import type { Page } from "playwright/test";
import { card, expectSaved, inspector, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer } from "./support/heddle-server.ts";
import { nameless, tabTo } from "./support/keyboard.ts";
import { accountOf, callAs, expect, fillAccount, OWNER, ownerLink, test } from "./support/team.ts";

const note = (text: string) => ({
  nodes: [node("note", "template-text", { label: "Note", config: { template: text } }), node("out", "output", { label: "Result", at: [360, 0] })],
  edges: [wire("note.text", "out.value")],
});

test("the first owner gets in through the printed link, which works once", async ({ openWindow, problems }) => {
  const heddle = await createHeddleServer({ HEDDLE_TEAM: "1" });
  try {
    const link = ownerLink(heddle);
    const page = await openWindow();
    await page.goto(heddle.url);
    await expect(page.getByRole("heading", { name: "Nobody is here yet" })).toBeVisible();
    await page.goto(link);
    await fillAccount(page, OWNER);
    expect(await nameless(page)).toEqual([]);
    await page.getByRole("button", { name: "Make the account" }).click();
    await expect(page.getByRole("button", { name: `Account of ${OWNER.name}` })).toBeVisible();
    await expect(page.getByRole("link", { name: "Welcome to Heddle" })).toBeVisible();

    problems.allow(/status of 40[19]/);
    const other = await openWindow();
    await other.goto(link);
    await fillAccount(other, accountOf("Mallory"));
    await other.getByRole("button", { name: "Make the account" }).click();
    await expect(other.getByRole("alert")).toContainText("There is an owner already");
    await other.goto(`${heddle.url}/runs`);
    await expect(other.getByRole("heading", { name: "Sign in" })).toBeVisible();
    problems.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to/);
  } finally {
    await heddle.dispose();
  }
});

test("an editor and a viewer join by links, and may do what their roles allow", async ({ owner, openWindow, request, problems }) => {
  const id = await createGraph(request, "Shed", note("thread"));
  const [editor, viewer] = [accountOf("Elke"), accountOf("Verena")];
  await owner.page.goto("/people");
  const join = async (account: typeof editor, { link, role }: { link: string; role: string }) => {
    const page = await openWindow();
    await page.goto(link);
    await expect(page.getByText(`${OWNER.name} invites you as`)).toContainText(role.toLowerCase());
    await fillAccount(page, account);
    await page.getByRole("button", { name: "Make an account and join" }).click();
    await expect(page.getByRole("button", { name: `Account of ${account.name}` })).toBeVisible();
    return { page };
  };
  const [editorLink, viewerLink] = [await invite(owner.page, "Editor"), await invite(owner.page, "Viewer")];
  const [edits, views] = await Promise.all([join(editor, { link: editorLink, role: "Editor" }), join(viewer, { link: viewerLink, role: "Viewer" })]);
  await owner.page.reload();
  await expect(owner.page.getByRole("combobox", { name: "Role of Elke" })).toHaveText("Editor");
  await expect(owner.page.getByRole("combobox", { name: "Role of Verena" })).toHaveText("Viewer");

  await Promise.all([owner.page, edits.page, views.page].map((page) => page.goto(`/graphs/${id}`)));
  await expect(views.page.getByRole("note")).toContainText(`You are a viewer of`);
  await expect(views.page.getByRole("note")).toContainText(`This takes the role owner or editor. Ask ${OWNER.name}`);
  await select(views.page, "Note");
  await expect(inspector(views.page).getByRole("textbox", { name: "Name of the node" })).not.toBeEditable();
  await expect(views.page.getByRole("button", { name: "Run Ctrl" })).toBeDisabled();
  await expect(views.page.getByRole("button", { name: "Share" })).toBeDisabled();
  await select(edits.page, "Note");
  await inspector(edits.page).getByRole("textbox", { name: "Name of the node" }).fill("Weft");
  await expectSaved(edits.page);
  for (const page of [owner.page, views.page]) await expect(card(page, "Weft")).toBeVisible();

  // what the page shows as not allowed is refused, too
  problems.allow(/status of 4(03|10)/);
  expect(await callAs(views, "POST", `/api/graphs/${id}/runs`)).toBe(403);
  expect(await callAs(views, "GET", "/api/audit")).toBe(403);
  expect(await callAs(edits, "POST", "/api/invitations")).toBe(403);
  const late = await openWindow();
  await late.goto(editorLink);
  await expect(late.getByRole("heading", { name: "This invitation is over" })).toBeVisible();
});

test("one graph is shared with somebody of another workspace, and by a link", async ({ owner, newcomer, openWindow, request, heddle, problems }) => {
  const id = await createGraph(request, "Shared cloth", note("blue"));
  // they know each other from there: nobody shares with an address that may not exist
  const made = await owner.page.request.post("/api/workspaces", { data: { name: "Elsewhere" }, headers: { origin: heddle.url } });
  const elsewhere = await made.json();
  const other = await newcomer("Otto", { role: "editor", workspace: elsewhere.id });
  await owner.page.goto(`/graphs/${id}`);
  await owner.page.getByRole("button", { name: "Share" }).click();
  const dialog = owner.page.getByRole("dialog", { name: 'Share "Shared cloth"' });
  await dialog.getByLabel("Share with", { exact: true }).fill(other.email);
  await dialog.getByRole("button", { name: "Share", exact: true }).click();
  await expect(dialog.getByRole("combobox", { name: "What Otto may do" })).toBeVisible();

  await other.page.goto("/");
  await other.page.getByRole("table", { name: "Graphs shared with you" }).getByRole("link", { name: "Shared cloth" }).click();
  await expect(other.page.getByRole("note")).toContainText("This graph is shared with you to view. Ask whoever shared it with you.");
  await dialog.getByRole("combobox", { name: "What Otto may do" }).click();
  await owner.page.getByRole("option", { name: /edit/i }).click();
  await expect(other.page.getByRole("note")).toBeHidden();
  await select(other.page, "Note");
  await inspector(other.page).getByRole("textbox", { name: "Name of the node" }).fill("By Otto");
  await expect(card(owner.page, "By Otto")).toBeVisible();

  await dialog.getByRole("button", { name: "Make a link to view" }).click();
  const link = (await dialog.locator("code").textContent()) ?? "";
  const guest = await openWindow();
  await guest.goto(link);
  await expect(card(guest, "By Otto")).toBeVisible();
  await expect(guest.getByRole("note")).toContainText("You look at this graph as a guest.");
  await expect(guest.getByRole("textbox", { name: "Name of the graph" })).not.toBeEditable();
  await expect(guest.getByRole("navigation", { name: "Main" }).getByRole("link")).toHaveText([""]);
  problems.allow(/status of 40[134]|WebSocket/);
  for (const [method, path] of [
    ["POST", `/api/graphs/${id}/runs`],
    ["POST", `/api/graphs/${id}/shares`],
    ["GET", "/api/members"],
    ["GET", "/api/graphs"],
  ] as const) {
    expect([401, 403, 404], `${method} ${path}`).toContain(await callAs({ page: guest }, method, path));
  }
  await dialog.getByRole("button", { name: "Stop sharing by the link to view" }).click();
  await expect(guest.getByRole("heading", { name: "You no longer have access to this graph" })).toBeVisible();
  await dialog.getByRole("button", { name: "Stop sharing with Otto" }).click();
  await expect(other.page.getByRole("heading", { name: "You no longer have access to this graph" })).toBeVisible();
});

test("somebody who is removed while they type loses the graph within two seconds", async ({ owner, newcomer, request, problems }) => {
  const id = await createGraph(request, "Revoked", note("so far: "));
  const draft = async () => (await (await request.get(`/api/graphs/${id}`)).json()).graph.nodes[0].config.template;
  const editor = await newcomer("Remy", { role: "editor" });
  const closed = new Promise<number>((resolve) => {
    editor.page.on("websocket", (socket) => {
      if (socket.url().includes(`/ws/graphs/${id}`)) socket.once("close", () => resolve(Date.now()));
    });
  });
  await Promise.all([owner.page.goto("/people"), editor.page.goto(`/graphs/${id}`)]);
  await select(editor.page, "Note");
  const text = inspector(editor.page).getByRole("textbox", { name: "Text", exact: true });
  await text.press("Control+End");
  await owner.page.getByRole("button", { name: "Remove Remy" }).click();
  const question = owner.page.getByRole("dialog", { name: "Remove Remy?" });
  await expect(question).toContainText("in every window that is open");

  problems.allow(/status of 40[134]|WebSocket/);
  let isTyping = true;
  const type = async () => {
    while (isTyping) await editor.page.keyboard.type("abcdefghij", { delay: 5 });
  };
  const typing = type();
  await expect.poll(draft).toMatch(/abcdefghij/);
  const answer = owner.page.waitForResponse((response) => response.request().method() === "DELETE" && response.url().includes("/api/members/"));
  await question.getByRole("button", { name: "Remove" }).click();
  expect((await answer).status()).toBe(204);
  const answeredAt = Date.now();
  const closedAt = await closed;
  const atClose = await draft();
  expect(closedAt - answeredAt, "milliseconds from the answer to the closed socket").toBeLessThan(2_000);

  await expect(editor.page.getByRole("heading", { name: "You no longer have access to this graph" })).toBeVisible();
  isTyping = false;
  await typing;
  expect(await callAs(editor, "GET", `/api/graphs/${id}`)).toBe(404);

  // what came too late, if anything did, is theirs to carry off or to drop, and nothing more of the graph is shown
  await editor.page.reload();
  const lost = editor.page.getByRole("heading", { name: "You no longer have access to this graph" });
  const outside = editor.page.getByRole("heading", { name: /^(Welcome, Remy|There is no such graph)$/ });
  await expect(lost.or(outside)).toBeVisible();
  await expect(editor.page.getByRole("article")).toHaveCount(0);
  if (await lost.isVisible()) {
    await expect(editor.page.getByText("Your last edits came too late to be saved")).toBeVisible();
    await editor.page.getByRole("button", { name: "Discard" }).click();
    await editor.page.getByRole("dialog", { name: "Discard your unsaved edits?" }).getByRole("button", { name: "Discard" }).click();
    await expect(outside).toBeVisible();
  }
  await editor.page.goto(`/graphs/${id}`);
  await expect(editor.page.getByRole("heading", { name: "There is no such graph" })).toBeVisible();
  expect(await draft()).toBe(atClose);
});

test("signing in and inviting take the keyboard alone", async ({ page, newcomer }) => {
  const other = await newcomer("Kim", { role: "owner" });
  await page.goto("/people");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(await nameless(page)).toEqual([]);
  await tabTo(page, /^E-mail/);
  await page.keyboard.type(other.email);
  await tabTo(page, /^Password/);
  await page.keyboard.type(other.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "People" })).toBeVisible();
  await expect(page.getByRole("table", { name: "Members" })).toBeVisible();
  expect(await nameless(page)).toEqual([]);

  await tabTo(page, /^Invite/);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: /^Invite to/ });
  await expect(dialog.getByRole("textbox", { name: "E-mail" })).toBeFocused();
  await page.keyboard.type("Lin@example.org");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await expect(dialog.getByRole("radio", { name: /^Approver/ })).toBeChecked();
  await tabTo(page, /^Make a link/);
  await page.keyboard.press("Enter");
  const made = page.getByRole("dialog", { name: "Send this link" });
  await expect(made).toContainText("lets lin@example.org join as approver");
  await tabTo(page, /^Done/);
  await page.keyboard.press("Enter");
  await expect(made).toBeHidden();
  await expect(page.getByRole("table", { name: "Invitations" }).getByRole("row", { name: /lin@example.org Approver Open/ })).toBeVisible();
});

/** Makes an invitation on the page of people; its link. */
async function invite(page: Page, role: string): Promise<string> {
  await page.getByRole("button", { name: "Invite" }).first().click();
  await page
    .getByRole("dialog", { name: /^Invite to/ })
    .getByRole("radio", { name: new RegExp(`^${role}`) })
    .check();
  await page.getByRole("button", { name: "Make a link" }).click();
  const made = page.getByRole("dialog", { name: "Send this link" });
  const link = (await made.locator("code").textContent()) ?? "";
  await made.getByRole("button", { name: "Done" }).click();
  return link;
}
