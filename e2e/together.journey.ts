import { card, drag, expectSaved, inspector, middleOf, port, runBar, select, watchStates, wires } from "./support/board.ts";
import { busy, createGraph, node, wire } from "./support/graphs.ts";
import { expect, test } from "./support/journey.ts";

test("two windows edit one graph and see each other's work and run", async ({ page, openWindow, request }) => {
  const id = await createGraph(request, "Together", {
    nodes: [
      busy("busy", 2_500, { label: "Compute" }),
      node("text", "template-text", { label: "Write", at: [360, 0], config: { template: "{{ inputs.value }}" } }),
      node("out", "output", { label: "Result", at: [180, 180] }),
    ],
    edges: [wire("busy.result", "text.value")],
  });
  const other = await openWindow();
  await Promise.all([page.goto(`/graphs/${id}`), other.goto(`/graphs/${id}`)]);
  await expect(page.getByRole("list", { name: "Also here" }).getByRole("img")).toHaveCount(1);
  await expect(other.getByRole("list", { name: "Also here" }).getByRole("img")).toHaveCount(1);

  await select(page, "Write");
  await select(other, "Write");
  await expect(card(other, "Write").getByText(/^Guest \d+$/)).toBeVisible();
  await inspector(page).getByRole("textbox", { name: "Name of the node" }).fill("Say it");
  await expect(card(other, "Say it")).toBeVisible();

  const text = (of: typeof page) => inspector(of).getByRole("textbox", { name: "Text", exact: true });
  await text(page).press("Control+Home");
  await text(page).pressSequentially("It is ");
  await expect(text(other)).toHaveValue("It is {{ inputs.value }}");
  await text(other).press("Control+End");
  await Promise.all([text(page).pressSequentially("about "), text(other).pressSequentially(", they say")]);
  for (const window of [page, other]) await expect(text(window)).toHaveValue("It is about {{ inputs.value }}, they say");

  const before = await middleOf(card(other, "Result"));
  const header = await middleOf(card(page, "Result").getByRole("heading"));
  await drag(page, card(page, "Result").getByRole("heading"), { x: header.x + 40, y: header.y + 96 });
  await expect.poll(async () => Math.round((await middleOf(card(other, "Result"))).y - before.y)).toBeGreaterThan(80);

  await drag(other, port(other, "Say it", "Output Text"), port(other, "Result", "Input Value"));
  await expect(wires(page)).toHaveCount(2);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => Math.round((await middleOf(card(other, "Result"))).y - before.y)).toBe(0);
  await expect(wires(page)).toHaveCount(2);
  await other.getByRole("button", { name: "Undo" }).click();
  await expect(wires(page)).toHaveCount(1);
  await other.getByRole("button", { name: "Redo" }).click();
  await expect(wires(page)).toHaveCount(2);
  await Promise.all([expectSaved(page), expectSaved(other)]);

  const seen = await Promise.all([page, other].map((window) => watchStates(window)));
  await other.keyboard.press("Control+Enter");
  await Promise.all([page, other].map((window) => expect(runBar(window)).toContainText("Succeeded")));
  for (const states of seen) expect((await states.jsonValue()).Compute?.slice(-2)).toEqual(["running", "succeeded"]);
  await expect(page.getByRole("button", { name: "Value on this wire: It is about 21, they say" })).toBeVisible();

  await other.close();
  await expect(page.getByRole("list", { name: "Also here" })).toHaveCount(0);
});
