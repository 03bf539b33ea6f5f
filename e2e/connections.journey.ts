import { expect, test } from "./support/journey.ts";

test("a person sets up an MCP server, tests it and tries a tool", async ({ page, heddle, problems }) => {
  await page.goto("/connections");
  await expect(page.getByText("Heddle does not know yet that you are a person")).toBeVisible();
  await expect(page.getByText("The command is shown to a person only.")).toBeVisible();

  await page.goto(heddle.oneTimeUrl);
  await page.goto("/connections");
  const sample = page.getByRole("region", { name: "Sample files" });
  await expect(sample).toContainText("heddle:node");
  await expect(page.getByText("Heddle does not know yet")).toHaveCount(0);

  await page.getByRole("button", { name: "Add MCP server" }).click();
  const dialog = page.getByRole("dialog", { name: "Add an MCP server" });
  await dialog.getByLabel("Name").fill("Orders");
  await dialog.getByLabel("Command").fill("heddle:node");
  for (const [index, argument] of ["package:@modelcontextprotocol/server-filesystem", "asset:templates/welcome/files"].entries()) {
    await dialog.getByRole("button", { name: "Add argument" }).click();
    await dialog.getByLabel(`Argument ${index + 1}`, { exact: true }).fill(argument);
  }
  await expect(dialog.getByText("heddle:node package:@modelcontextprotocol/server-filesystem")).toBeVisible();
  await dialog.getByRole("button", { name: "Add and start" }).click();
  await expect(dialog).toBeHidden({ timeout: 15_000 });

  const orders = page.getByRole("region", { name: "Orders" });
  await orders.getByRole("button", { name: "Test" }).click();
  await expect(orders.getByRole("status")).toContainText(/answered in .* with \d+ tools/, { timeout: 15_000 });
  const tools = page.getByRole("region", { name: "Tools" });
  await tools.getByRole("button", { name: /^list_directory\b/ }).click();
  const playground = tools.getByRole("form", { name: "Try list_directory" });
  await playground.getByRole("button", { name: "Call" }).click();
  await expect(playground.getByText("The tool needs this.")).toBeVisible();
  await playground.getByLabel("Path").fill(".");
  await playground.getByRole("button", { name: "Call" }).click();
  await expect(playground.getByRole("region", { name: "Result" })).toContainText("orders.csv");

  problems.allow(/Failed to load resource/);
  await page.getByRole("button", { name: "Add MCP server" }).click();
  await dialog.getByLabel("Name").fill("Mistyped");
  await dialog.getByLabel("Command").fill("no-such-program-anywhere");
  await dialog.getByRole("button", { name: "Add and start" }).click();
  const mistyped = page.getByRole("region", { name: "Mistyped" });
  await mistyped.getByRole("button", { name: "Test" }).click();
  await expect(mistyped.getByRole("alert")).toContainText("no-such-program-anywhere");

  // the journeys after this one find the server as it was: its tools are offered in every editor
  for (const name of ["Mistyped", "Orders"]) {
    await page.getByRole("button", { name: `Actions for ${name}` }).click();
    await page.getByRole("menuitem", { name: "Archive" }).click();
    await page
      .getByRole("dialog", { name: `Archive "${name}"?` })
      .getByRole("button", { name: "Archive" })
      .click();
    await expect(page.getByRole("region", { name, exact: true })).toHaveCount(0);
  }
});
