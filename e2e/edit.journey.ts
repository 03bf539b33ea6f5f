import { card, choose, drag, expectSaved, expectState, inspector, palette, port, runBar, select, wires } from "./support/board.ts";
import { createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

test("a graph made from nothing runs, and is still there after a reload", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("button", { name: "New graph" }).click();
  await expect(page.getByText("This graph is empty")).toBeVisible();

  await page.locator(".react-flow__pane").dblclick({ position: { x: 260, y: 260 } });
  const all = await palette(page).getByRole("option").count();
  await choose(page, "start", "Start");
  await inspector(page).getByRole("button", { name: "More" }).click();
  await inspector(page).getByLabel("Title").fill("Who");
  await expectSaved(page);

  const start = await port(page, "Start", "Output Who").boundingBox();
  await drag(page, port(page, "Start", "Output Who"), { x: (start?.x ?? 0) + 120, y: (start?.y ?? 0) + 10 });
  await expect(palette(page).getByText("takes text")).toBeVisible();
  await expect(palette(page).getByRole("option", { name: "Output" })).toBeVisible();
  await expect(palette(page).getByRole("option", { name: /^(Start|Note)/ })).toHaveCount(0);
  expect(await palette(page).getByRole("option").count()).toBeLessThan(all);
  await choose(page, "template", "Text template");
  await expect(wires(page)).toHaveCount(1);

  await page.keyboard.press("n");
  await choose(page, "output", "Output");
  await expect(page.getByRole("button", { name: "Run Ctrl" })).toBeDisabled();
  await page.keyboard.press("Shift+p");
  const problems = page.getByRole("region", { name: "Problems" });
  await expect(problems.getByRole("button", { name: /^Error/ })).toHaveCount(1);
  await drag(page, port(page, "Text template", "Output Text"), port(page, "Output", "Input Value"));
  await expect(problems).toContainText("Nothing is wrong");
  await page.keyboard.press("Shift+p");

  await page.getByRole("textbox", { name: "Name of the graph" }).fill("Greeting");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Run Ctrl" }).click();
  const form = page.getByRole("dialog", { name: "Run with" });
  await page.keyboard.press("Control+Enter");
  await expect(form.getByRole("alert")).toHaveText("A run needs this.");
  await form.getByLabel("Who").fill("Ada");
  await page.keyboard.press("Control+Enter");
  await expect(runBar(page)).toContainText("Succeeded");
  await expectState(page, { Start: "succeeded", "Text template": "succeeded", Output: "succeeded" });

  await expectSaved(page);
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Name of the graph" })).toHaveValue("Greeting");
  await expect(wires(page)).toHaveCount(2);
  await expect(page.getByRole("button", { name: "Value on this wire: Hello Ada!" })).toBeVisible();
});

test("mistakes are refused, shown, and taken back", async ({ page, request }) => {
  const numbers = { inputs: [{ id: "a", name: "amount", type: "number", optional: true }], outputs: [{ id: "b", name: "result", type: "any" }] };
  const id = await createGraph(request, "Mistakes", {
    nodes: [
      node("text", "template-text", { label: "Greet", config: { template: "Hello" } }),
      node("sum", "code", { label: "Double", at: [360, 0], config: { ...numbers, source: "return 2 * (inputs.amount ?? 1);" } }),
      node("out", "output", { label: "Result", at: [720, 0] }),
    ],
    edges: [wire("sum.result", "out.value")],
  });
  await page.goto(`/graphs/${id}`);
  await expect(wires(page)).toHaveCount(1);

  await drag(page, port(page, "Greet", "Output Text"), port(page, "Double", "Input amount"));
  await expect(page.getByText("Takes number, not text.")).toBeVisible();
  await expect(wires(page)).toHaveCount(1);

  await select(page, "Greet");
  const text = inspector(page).getByRole("textbox", { name: "Text", exact: true });
  await text.fill("Hello {{ inputs. }}");
  await expect(inspector(page).getByRole("alert").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "1 problem", exact: true })).toBeVisible();
  await text.fill("Hello {{ 1 + 1 }}");
  await expect(page.getByRole("button", { name: "No problems" })).toBeVisible();
  await expectSaved(page);

  await select(page, "Double");
  await page.keyboard.press("Delete");
  await expect(card(page, "Double")).toHaveCount(0);
  await expect(wires(page)).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect(card(page, "Double")).toBeVisible();
  await expect(wires(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Redo" }).click();
  await expect(card(page, "Double")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(wires(page)).toHaveCount(1);

  await select(page, "Double");
  await card(page, "Result")
    .getByRole("heading")
    .click({ modifiers: ["Shift"] });
  await expect(inspector(page)).toContainText("2 nodes selected");
  await page.keyboard.press("Control+c");
  await page.mouse.move(500, 650);
  await page.keyboard.press("Control+v");
  await expect(page.getByRole("article")).toHaveCount(5);
  await expect(wires(page)).toHaveCount(2);
  await page.keyboard.press("Control+d");
  await expect(page.getByRole("article")).toHaveCount(7);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Backspace");
  await expect(page.getByText("This graph is empty")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByRole("article")).toHaveCount(7);
  await expectSaved(page);
});

/** One red pixel. */
const PIXEL = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==", "base64");

test("a run is given a file: chosen, dropped or pasted, and shown where it arrives", async ({ page, request, problems }) => {
  // the server finds out that a picture is none
  problems.allow(/status of 422/);
  const id = await createGraph(request, "Pictures", {
    nodes: [
      node("in", "start", { label: "Start", config: { fields: [{ id: "a", name: "photo", title: "Photo", type: "image" }] } }),
      node("out", "output", { label: "Result", at: [360, 0] }),
    ],
    edges: [wire("in.photo", "out.value")],
  });
  await page.goto(`/graphs/${id}`);
  await expect(wires(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Run Ctrl" }).click();
  const form = page.getByRole("dialog", { name: "Run with" });
  const chooser = form.locator("input[type=file]");
  await chooser.setInputFiles({ name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("no picture") });
  await expect(form.getByRole("alert")).toHaveText("“notes.txt” is text/plain. Choose an image.");
  await chooser.setInputFiles({ name: "liar.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
  await expect(form.getByRole("alert")).toContainText("its content is no picture");
  await chooser.setInputFiles({ name: "chosen.png", mimeType: "image/png", buffer: PIXEL });
  await expect(form.getByRole("img", { name: "chosen.png" })).toBeVisible();
  await expect(form.getByRole("alert")).toHaveCount(0);
  await form.getByRole("button", { name: "Remove the file" }).click();
  await expect(form.getByRole("button", { name: "Photo" })).toBeFocused();

  const bring = (type: "drop" | "paste", name: string) =>
    form.getByRole("button", { name: "Photo" }).evaluate(
      (button, given) => {
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.from(atob(given.content), (letter) => letter.charCodeAt(0))], given.name, { type: "image/png" }));
        const more = { bubbles: true, cancelable: true };
        button.dispatchEvent(
          given.type === "drop" ? new DragEvent("drop", { ...more, dataTransfer: files }) : new ClipboardEvent("paste", { ...more, clipboardData: files }),
        );
      },
      { type, name, content: PIXEL.toString("base64") },
    );
  await bring("paste", "pasted.png");
  await expect(form.getByRole("img", { name: "pasted.png" })).toBeVisible();
  await form.getByRole("button", { name: "Remove the file" }).click();
  await bring("drop", "dropped.png");
  await expect(form.getByRole("img", { name: "dropped.png" })).toBeVisible();
  await page.keyboard.press("Control+Enter");
  await expectState(page, { Result: "succeeded" });
  await select(page, "Result");
  await inspector(page).getByRole("tab", { name: "Run" }).click();
  await expect(inspector(page).getByRole("img", { name: "dropped.png" }).first()).toBeVisible();
});

test("a note is opened with Enter, and left with Escape", async ({ page, request }) => {
  const id = await createGraph(request, "Notes", {
    nodes: [node("note", "note", { label: "Note", config: { text: "Read me" } }), node("in", "start", { label: "Start", at: [360, 0] })],
  });
  await page.goto(`/graphs/${id}`);
  await card(page, "Note").click();
  const text = inspector(page).getByRole("textbox", { name: "Text", exact: true });
  await expect(text).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(text).toBeFocused();
  await page.keyboard.type(" **first**");
  await expect(card(page, "Note").getByText("first", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(text).not.toBeFocused();
  await page.keyboard.press("Enter");
  await expect(text).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Delete");
  await expect(card(page, "Note")).toHaveCount(0);
});

test("a comment whose answer is lost is sent again, and stands there once", async ({ page, request, problems }) => {
  problems.allow(/ERR_FAILED/);
  const id = await createGraph(request, "Comments", { nodes: [node("in", "start", { label: "Start" })] });
  await page.goto(`/graphs/${id}`);
  await expect(card(page, "Start")).toBeVisible();
  let isLost = false;
  await page.route(`**/api/graphs/${id}/comments`, async (route) => {
    if (isLost || route.request().method() !== "POST") return route.continue();
    isLost = true;
    await route.fetch();
    await route.abort();
  });
  await page.keyboard.press("Shift+C");
  await page.getByRole("textbox", { name: "New comment" }).fill("Only once");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: "Send again" }).click();
  await expect(page.getByRole("button", { name: "Send again" })).toHaveCount(0);
  const threads = page.getByRole("complementary", { name: "Comments" }).getByRole("list", { name: "Threads" }).getByRole("article");
  await expect(threads).toHaveCount(1);
  expect((await (await request.get(`/api/graphs/${id}/comments`)).json()).items).toHaveLength(1);
});
