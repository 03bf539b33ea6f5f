import type { Page } from "playwright/test";
import { inspector, runBar, select } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { nameless } from "./support/keyboard.ts";
import { callAs, expect, test } from "./support/team.ts";

const saying = (template: string) => ({
  nodes: [node("note", "template-text", { config: { template } }), node("out", "output")],
  edges: [wire("note.text", "out.value")],
});

test("a token that was made on its page serves a script, within its scopes, until it is revoked", async ({ newcomer, request, heddle }) => {
  const id = await createGraph(request, "Nightly", saying("good night"));
  const { page } = await newcomer("Tom", { role: "editor" });
  await page.goto("/tokens");
  await page.getByRole("button", { name: "New token" }).first().click();
  const dialog = page.getByRole("dialog", { name: "New API token" });
  await dialog.getByRole("textbox", { name: "Name" }).fill("Night script");
  await dialog.getByRole("checkbox", { name: /^Run/ }).check();
  expect(await nameless(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Make token" }).click();
  const made = page.getByRole("dialog", { name: 'The token "Night script"' });
  const token = (await made.locator("code").first().textContent()) ?? "";
  expect(token).toMatch(/^heddle_[\w-]{43}$/);
  await made.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(token)).toHaveCount(0);

  const script = async (method: string, path: string, body?: object) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${heddle.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    return { status: answer.status, body: await answer.json() };
  };
  const started = await script("POST", `/api/graphs/${id}/runs`, {});
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  await expect.poll(async () => (await script("GET", `/api/runs/${started.body.id}`)).body.state).toBe("succeeded");
  const refused = await script("POST", "/api/graphs", {});
  expect(refused.status).toBe(403);
  expect(refused.body.detail).toContain("edit");
  expect((await script("POST", "/api/tokens", { name: "another", scopes: ["read"] })).status).toBe(403);

  await page.reload();
  const row = page.getByRole("table", { name: "API tokens" }).getByRole("row", { name: /Night script/ });
  await expect(row).toContainText("Read, Run");
  await expect(row).not.toContainText("never");
  await row.getByRole("button", { name: "Revoke Night script" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(page.getByText("No tokens yet")).toBeVisible();
  expect((await script("GET", `/api/runs/${started.body.id}`)).status).toBe(401);
});

test("a forgotten password is set anew with the link in the log, which ends the sessions", async ({ newcomer, openWindow, request, heddle, problems }) => {
  const id = await createGraph(request, "Left open", saying("still here"));
  const person = await newcomer("Fay", { role: "editor" });
  await person.page.goto(`/graphs/${id}`);
  await expect(person.page.locator("[data-save-state]")).toHaveText("Saved");
  const page = await openWindow();
  await page.goto("/sign-in");
  await page.getByRole("link", { name: "Forgotten your password?" }).click();
  await page.getByRole("textbox", { name: "E-mail" }).fill(person.email);
  await page.getByRole("button", { name: "Send the link" }).click();
  await expect(page.getByRole("heading", { name: "The link is in Heddle's log" })).toBeVisible();
  const printed = () => new RegExp(`${person.email}.*?(http\\S+?/reset/[\\w-]+)`).exec(heddle.output)?.[1];
  await expect.poll(printed).toBeDefined();

  problems.allow(/status of 4(01|10)|WebSocket/);
  const link = printed() ?? "";
  await setPassword(page, link, "a new warp altogether");
  await expect(page.getByRole("heading", { name: "Your password is set" })).toBeVisible();
  await expect(person.page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page, person);
  await expect(page.getByRole("alert")).toBeVisible();
  await signIn(page, { ...person, password: "a new warp altogether" });
  await expect(page.getByRole("button", { name: "Account of Fay" })).toBeVisible();
  await setPassword(person.page, link, "yet another warp");
  await expect(person.page.getByRole("alert")).toContainText("has been used");
});

test("signing out everywhere ends every session at once", async ({ newcomer, signedIn, request, problems }) => {
  const id = await createGraph(request, "Open elsewhere", saying("still here"));
  const person = await newcomer("Gus", { role: "viewer" });
  const { page } = person;
  const { page: other } = await signedIn(person);
  problems.allow(/status of 401|WebSocket/);
  await other.goto(`/graphs/${id}`);
  await expect(other.locator("[data-save-state]")).toHaveText("Read only");
  await page.goto("/profile");
  await expect(page.getByRole("list", { name: "Sessions" }).getByRole("listitem")).toHaveCount(2);
  await page.getByRole("button", { name: "Sign out everywhere…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out everywhere" }).click();
  for (const window of [page, other]) await expect(window.getByRole("heading", { name: "Sign in" })).toBeVisible();
  expect(await callAs({ page: other }, "GET", "/api/graphs")).toBe(401);
});

test("a credential is kept, used by a run, tested and rotated, and its secret is seen nowhere", async ({ newcomer, request, echo, heddle }) => {
  test.slow();
  const [first, second] = [`first-secret-${Date.now()}`, `second-secret-${Date.now()}`];
  const { page } = await newcomer("Cleo", { role: "editor" });
  const seen: string[] = [];
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => seen.push(payload.toString())));
  page.on("response", async (response) => {
    if (response.url().includes("/api/")) seen.push(await response.text().catch(() => ""));
  });
  const name = `Echo ${Date.now()}`;
  await page.goto("/credentials");
  await page.getByRole("button", { name: "Add credential" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add a credential" });
  await dialog.getByRole("textbox", { name: /^Name/ }).fill(name);
  await dialog.getByLabel(/^API key/).fill(first);
  await dialog.getByRole("textbox", { name: "Hosts it may be sent to" }).fill(echo.host);
  expect(await nameless(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Add credential" }).click();
  const detail = page.getByRole("region", { name });
  await expect(detail).toContainText("Not tested yet");

  await detail.getByRole("button", { name: "Test…" }).click();
  const trial = page.getByRole("dialog", { name: `Test "${name}"` });
  await trial.getByRole("textbox", { name: "Address" }).fill(`http://${echo.host}/trial`);
  await trial.getByRole("button", { name: "Test" }).click();
  await expect(trial.getByRole("status")).toContainText("It works");
  await trial.getByRole("button", { name: "Close" }).last().click();

  const graph = await createGraph(request, "Calls out", {
    nodes: [
      node("call", "http-request", { label: "Ask", config: { url: `http://${echo.host}/items` } }),
      node("out", "output", { label: "Result", at: [360, 0] }),
    ],
    edges: [wire("call.body", "out.value")],
  });
  await page.goto(`/graphs/${graph}`);
  await select(page, "Ask");
  await inspector(page).getByRole("combobox", { name: "Credential" }).click();
  await page.getByRole("option", { name }).click();
  await expect(page.locator("[data-save-state]")).toHaveText("Saved");
  const runs = [await runOf(page)];

  await page.goto("/credentials");
  await page.getByRole("button", { name }).click();
  await expect(page.getByRole("region", { name: "Where it is used" })).toContainText("Calls out");
  await detail.getByRole("button", { name: "Rotate…" }).click();
  await page.getByRole("dialog").getByLabel("API key").fill(second);
  await page.getByRole("button", { name: "Rotate", exact: true }).click();
  await expect(detail).toContainText("Version 2");
  await page.goto(`/graphs/${graph}`);
  runs.push(await runOf(page));
  await select(page, "Ask");
  await inspector(page).getByRole("tab", { name: "Run" }).click();
  await expect(inspector(page).getByRole("region", { name: "Outputs" })).toContainText(/x-api-key:\s*\[redacted\]/);

  expect(echo.calls.map(({ path, headers }) => [path, headers["x-api-key"]])).toEqual([
    ["/trial", first],
    ["/items", first],
    ["/items", second],
  ]);
  const read = async (path: string) => {
    const answer = await request.get(path);
    expect(answer.ok(), path).toBe(true);
    seen.push(await answer.text());
  };
  for (const run of runs) for (const part of ["", "/summary", "/events", "/snapshot"]) await read(`/api/runs/${run}${part}`);
  for (const path of [`/api/graphs/${graph}`, "/api/audit", "/api/credentials"]) await read(path);
  seen.push(await page.content(), heddle.output);
  for (const secret of [first, second]) {
    const encodings = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64"), Buffer.from(secret).toString("hex")];
    expect(seen.filter((text) => encodings.some((encoded) => text.includes(encoded)))).toEqual([]);
  }
});

test("the audit log tells what was done, is filtered, and holds when it is verified", async ({ owner, newcomer, request }) => {
  const { name, page: editor } = await newcomer("Nora", { role: "editor" });
  const id = await createGraph(request, "Audited", saying("seen"));
  await editor.goto("/");
  expect(await callAs({ page: editor }, "POST", `/api/graphs/${id}/runs`)).toBe(202);
  await owner.page.goto("/people");
  await owner.page.getByRole("combobox", { name: `Role of ${name}` }).click();
  await owner.page.getByRole("option", { name: /^Operator/ }).click();
  await expect(owner.page.getByText(`${name}: Operator`)).toBeVisible();

  await owner.page.goto("/audit");
  const table = owner.page.getByRole("table", { name: "Audit log" });
  await expect(table.getByRole("row", { name: new RegExp(`Ada Weaver Member: role changed ${name}`) })).toBeVisible();
  await expect(table.getByRole("row", { name: new RegExp(`${name} Run: started`) })).toBeVisible();
  expect(await nameless(owner.page)).toEqual([]);
  await owner.page.getByRole("combobox", { name: "Who" }).click();
  await owner.page.getByRole("option", { name, exact: true }).click();
  await expect(table.getByRole("row", { name: /Ada Weaver/ })).toHaveCount(0);
  await expect(table.getByRole("row", { name: /Run: started/ })).toHaveCount(1);
  await owner.page.getByRole("combobox", { name: "What" }).click();
  await owner.page.getByRole("option", { name: "Member: joined" }).click();
  await expect(table.getByRole("row")).toHaveCount(2);
  await table.getByRole("button", { name: /^Details of entry/ }).click();
  await expect(table).toContainText("127.0.0.1");
  await owner.page.getByRole("button", { name: "Clear" }).click();
  await owner.page.getByRole("textbox", { name: "Search the audit log" }).fill("no such thing");
  await expect(owner.page.getByText("No entry fits")).toBeVisible();

  await owner.page.getByRole("button", { name: "Verify" }).click();
  await expect(owner.page.getByRole("dialog")).toContainText("All is as it was written");
});

async function setPassword(page: Page, link: string, password: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set the password" }).click();
}

async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByRole("textbox", { name: "E-mail" }).fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Runs the open graph; the run's id. */
async function runOf(page: Page): Promise<string> {
  const started = page.waitForResponse((response) => response.request().method() === "POST" && response.url().endsWith("/runs"));
  await page.getByRole("button", { name: "Run Ctrl" }).click();
  const { id } = await (await started).json();
  await expect(runBar(page)).toContainText("Succeeded");
  return id;
}
