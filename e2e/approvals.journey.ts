import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright/test";
import { createGraph, node, wire } from "./support/graphs.ts";
import { createHeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

const draft = (name: string, source: string) =>
  node(name, "code", { label: name, config: { source, inputs: [], outputs: [{ id: "result", name: "result", type: "any" }] } });

/** Two people are asked side by side; what they hand back is the run's output. */
const letters = {
  nodes: [
    draft("mail", 'return { subject: "Hello", body: "We weave." };'),
    draft("text", 'return "# Offer\\n\\nA loom for *two*.";'),
    node("letter", "approval", {
      label: "Letter",
      at: [320, 0],
      config: { title: "Send the letter?", message: "It goes to **all** readers.", editable: true },
    }),
    node("offer", "approval", { label: "Offer", at: [320, 200], config: { title: "Make the offer?", rejectNote: true } }),
    node("sent", "output", { label: "Sent", at: [640, 0], config: { name: "sent" } }),
    node("refused", "output", { label: "Refused", at: [640, 200], config: { name: "refused" } }),
  ],
  edges: [
    wire("mail.result", "letter.value"),
    wire("text.result", "offer.value"),
    wire("letter.approved", "sent.value"),
    wire("offer.rejected", "refused.value"),
  ],
};

test("what waits is gone through with the keyboard: edited, rejected, and told what is true", async ({ openWindow, request, problems }) => {
  const cutting = createServer((call) => call.resume().on("end", () => call.socket.destroy()));
  await new Promise<void>((resolve) => cutting.listen(0, "127.0.0.1", resolve));
  const address = `127.0.0.1:${(cutting.address() as AddressInfo).port}`;
  const heddle = await createHeddleServer({ HEDDLE_EGRESS_ALLOW: address });
  try {
    const page = await openWindow();
    await page.goto(heddle.oneTimeUrl);
    await page.goto(`${heddle.url}/approvals`);
    await expect(page.getByText("Nothing waits for you")).toBeVisible();

    const start = async (id: string) => (await (await request.post(`${heddle.url}/api/graphs/${id}/runs`, { data: {} })).json()).id as string;
    const post = { method: "POST", url: `http://${address}/orders`, responseKind: "json" };
    const orders = await createGraph(request, "Orders", { nodes: [node("post", "http-request", { label: "Order", config: post })], server: heddle.url });
    await start(orders);
    const run = await start(await createGraph(request, "Letters", { ...letters, server: heddle.url }));
    // told live: nothing here asks again by itself within the minute
    const list = page.getByRole("list", { name: "Approvals" });
    await expect(list.getByRole("listitem")).toHaveCount(3);
    await expect(page.getByRole("link", { name: "Approvals: 3 waiting" })).toBeVisible();

    await walkTo(page, "Send the letter?");
    await expect(page.getByText("It goes to all readers.")).toBeVisible();
    await page.keyboard.press("e");
    const letter = page.getByRole("article", { name: "Letter" });
    await letter.getByRole("textbox", { name: "Subject" }).fill("Good morning");
    await letter.getByRole("textbox", { name: "Subject" }).blur();
    await page.keyboard.press("a");
    await expect(letter.getByRole("radio", { name: "Approve" })).toBeChecked();
    await expect(letter.getByRole("button", { name: "Approve" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(list.getByRole("listitem")).toHaveCount(2);

    await walkTo(page, "Make the offer?");
    const link = page.url();
    const offer = page.getByRole("article", { name: "Offer" });
    await expect(offer.getByRole("heading", { name: "Offer", level: 1 }).or(offer.getByText("A loom for"))).toBeVisible();
    await page.keyboard.press("r");
    await expect(offer.getByRole("textbox", { name: "Note" })).toBeFocused();
    await expect(offer.getByRole("button", { name: "Reject" })).toBeDisabled();
    await page.keyboard.type("Too early");
    await page.keyboard.press("Enter");
    await expect(list.getByRole("listitem")).toHaveCount(1);

    const order = page.getByRole("article", { name: "Order" });
    await expect(order).toContainText("Did it happen?");
    await page.keyboard.press("r");
    await page.keyboard.type("The other side knows nothing of it");
    await page.keyboard.press("Enter");
    await expect(page.getByText("Nothing waits for you")).toBeVisible();
    await expect(page.getByRole("link", { name: "Approvals", exact: true })).toBeVisible();

    await expect
      .poll(async () => (await (await request.get(`${heddle.url}/api/runs/${run}`)).json()).output, { timeout: 20_000 })
      .toEqual({ sent: { subject: "Good morning", body: "We weave." }, refused: "# Offer\n\nA loom for *two*." });

    await page.goto(link);
    await expect(page.getByRole("article", { name: "Offer" })).toContainText("Reject, by you");
    await expect(page.getByRole("article", { name: "Offer" })).toContainText("Too early");
    problems.allow(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to/);
  } finally {
    await heddle.dispose();
    cutting.closeAllConnections();
    cutting.close();
  }
});

/** Walks on until that one is looked at. */
async function walkTo(page: Page, title: string): Promise<void> {
  const row = page.getByRole("list", { name: "Approvals" }).getByRole("button", { name: title });
  const current = page.getByRole("list", { name: "Approvals" }).locator('[aria-current="true"]');
  // from the top, and no step before the last one is seen
  for (let steps = 0; steps < 3; steps++) await page.keyboard.press("k");
  await expect(current).toHaveCount(1);
  for (let steps = 0; steps < 3 && (await row.getAttribute("aria-current")) !== "true"; steps++) {
    const before = await current.textContent();
    await page.keyboard.press("j");
    await expect(current).not.toHaveText(before ?? "");
  }
  await expect(row).toHaveAttribute("aria-current", "true");
  await expect(page).toHaveURL(/\/approvals\/run_/);
}
