import { card, choose, expectSaved, inspector, middleOf, runBar, wires } from "./support/board.ts";
import { createGraph } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";
import { tabTo } from "./support/keyboard.ts";

test.describe.configure({ timeout: 120_000 });

test("a graph is made, arranged, discussed, searched and run without a pointer", async ({ page, request }) => {
  await createGraph(request, "By keys alone", { nodes: [] });
  const press = (keys: string) => page.keyboard.press(keys);
  await page.goto("/");
  await expect(page.getByRole("link", { name: "By keys alone" })).toBeVisible();
  await tabTo(page, /^By keys alone/);
  await press("Enter");
  await expectSaved(page);

  // two nodes and a wire
  await press("n");
  await choose(page, "text template", "Text template");
  await expect(card(page, "Text template")).toBeVisible();
  await press("n");
  await choose(page, "output", "Output");
  await expect(card(page, "Output")).toBeVisible();
  await press("w");
  await expect(page.locator(".port-handle:focus")).toHaveAccessibleName(/^Output Text/);
  await press("Enter");
  await expect(wires(page)).toHaveCount(1);

  // back along the wire; a name, and a text
  await press("ArrowLeft");
  await expect(inspector(page).getByRole("textbox", { name: "Name of the node" })).toHaveValue("Text template");
  await press("F2");
  await expect(card(page, "Text template").getByRole("textbox", { name: "Name of the node" })).toBeFocused();
  await page.keyboard.type("Greet");
  await press("Enter");
  await expect(card(page, "Greet")).toBeVisible();
  await tabTo(page, /^Text$/);
  await press("Control+a");
  await page.keyboard.type("Hello, weaver");
  await expect(card(page, "Greet")).toContainText("Hello, weaver");
  await press("Escape");

  // both in one line
  await press("Control+a");
  await press("Alt+w");
  const top = async (label: string) => Math.round((await middleOf(card(page, label).getByRole("heading"))).y);
  await expect.poll(async () => (await top("Greet")) === (await top("Output"))).toBe(true);
  await press("Escape");

  // one is found, and remarked upon
  await press("Control+f");
  // typed at once: the search takes it even while it is being fetched
  await page.keyboard.type("weaver");
  await expect(page.getByRole("textbox", { name: "Find" })).toHaveValue("weaver");
  await press("Enter");
  await expect(page.getByRole("search", { name: "Find and replace" })).toContainText("1 of 1 in 1 node");
  await press("Escape");
  await expect(inspector(page).getByRole("textbox", { name: "Name of the node" })).toHaveValue("Greet");
  await press("Shift+C");
  await expect(page.getByRole("textbox", { name: "New comment" })).toBeFocused();
  await page.keyboard.type("Who is greeted?");
  await press("Control+Enter");
  const comments = page.getByRole("complementary", { name: "Comments" });
  await expect(comments.getByRole("listitem")).toContainText("Who is greeted?");

  // what can be done, by name; which keys there are
  await press("Control+k");
  const everything = page.getByRole("dialog", { name: "Do or find anything" });
  await page.keyboard.type("hide the comments");
  await expect(everything.getByRole("option").first()).toContainText("Show or hide the comments");
  await press("Enter");
  await expect(comments).toBeHidden();
  await press("?");
  const keys = page.getByRole("dialog", { name: "Keys" });
  await expect(keys.getByText("Run the graph")).toBeVisible();
  await press("Escape");
  await expect(keys).toBeHidden();

  // it is run, and its result read
  await press("Control+Enter");
  await expect(runBar(page)).toContainText("Succeeded");
  await press("Shift+T");
  await expect(runBar(page).getByRole("tab", { name: "Timeline" })).toBeVisible();
  await tabTo(page, /^Timeline$/);
  await press("ArrowRight");
  await expect(runBar(page).getByRole("tabpanel", { name: "Output" })).toContainText("Hello, weaver");

  // its history, and away
  await press("Shift+H");
  const history = page.getByRole("complementary", { name: "History" });
  await expect(history.getByRole("listitem").first()).toBeVisible();
  await press("Shift+H");
  await expect(history).toBeHidden();
  await expectSaved(page);
  await press("Control+k");
  await page.keyboard.type("graphs");
  await expect(everything.getByRole("option", { name: "Graphs" }).first()).toBeVisible();
  await press("Enter");
  await expect(page.getByRole("heading", { name: "Graphs" })).toBeVisible();
});
