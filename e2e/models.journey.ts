import { type FakeProvider, startFakeProvider } from "../server/models/testing/fake-provider.ts";
import { createHeddleServer, type HeddleServer } from "./support/heddle-server.ts";
import { expect, test } from "./support/journey.ts";

const KEY = "sk-journey-4711";
let fake: FakeProvider;
let server: HeddleServer;
test.beforeAll(async () => {
  fake = await startFakeProvider({ key: KEY, models: ["answers", "calls-tools"] });
  server = await createHeddleServer({ HEDDLE_EGRESS_ALLOW: `127.0.0.1:${fake.port}` });
});
test.afterAll(async () => {
  await server.dispose();
  await fake.close();
});

test("a person adds model providers, tests them, and corrects a price", async ({ page, problems }) => {
  // the models of a provider are asked for at once, with the wrong key too
  problems.allow(/Failed to load resource/);
  await page.goto(server.oneTimeUrl);
  await page.goto(`${server.url}/connections`);
  const add = page.getByRole("button", { name: "Add model provider" });
  const dialog = page.getByRole("dialog", { name: "Add a model provider" });

  await add.click();
  await dialog.getByRole("radio", { name: /OpenAI-compatible/ }).check();
  await dialog.getByRole("button", { name: "Add provider" }).click();
  await expect(dialog.getByText("Enter the address of its API, such as http://localhost:11434/v1.")).toBeVisible();
  await dialog.getByLabel("Name").fill("Own models");
  await dialog.getByLabel("Base URL").fill(fake.chatUrl);
  await dialog.getByLabel("Key", { exact: true }).fill("sk-wrong");
  await dialog.getByRole("button", { name: "Add provider" }).click();
  await expect(dialog).toBeHidden();

  const own = page.getByRole("region", { name: "Own models", exact: true });
  await own.getByRole("button", { name: "Test" }).click();
  await expect(own.getByRole("alert")).toContainText("did not accept its key");
  await page.getByRole("button", { name: "Actions for Own models" }).click();
  await page.getByRole("menuitem", { name: "Change…" }).click();
  const change = page.getByRole("dialog", { name: 'Change "Own models"' });
  await expect(change.getByLabel("Key", { exact: true })).toHaveValue("");
  await change.getByLabel("Key", { exact: true }).fill(KEY);
  await change.getByLabel("Default model").fill("answers");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(change).toBeHidden();
  await own.getByRole("button", { name: "Test" }).click();
  await expect(own.getByRole("status")).toContainText(/answered in .* with 2 models/);
  await expect(page.getByRole("region", { name: "Models", exact: true }).getByRole("row", { name: /answers.*default/ })).toBeVisible();
  expect(await page.content()).not.toContain(KEY);

  await add.click();
  await dialog.getByRole("radio", { name: /OpenAI-compatible/ }).check();
  await dialog.getByLabel("Name").fill("Guarded");
  await dialog.getByLabel("Base URL").fill("http://127.0.0.1:9/v1");
  await dialog.getByRole("button", { name: "Add provider" }).click();
  const guarded = page.getByRole("region", { name: "Guarded", exact: true });
  await guarded.getByRole("button", { name: "Test" }).click();
  await expect(guarded.getByRole("alert")).toContainText("HEDDLE_EGRESS_ALLOW=127.0.0.1:9");

  await add.click();
  await dialog.getByRole("radio", { name: /Scripted model \(demo\)/ }).check();
  await dialog.getByRole("button", { name: "Add provider" }).click();
  const demo = page.getByRole("region", { name: "Scripted demo", exact: true });
  await expect(demo).toContainText("This is a demonstration");
  await demo.getByRole("button", { name: "Test" }).click();
  await expect(demo.getByRole("status")).toContainText(/answered in .* models/);

  const prices = page.getByRole("region", { name: "Models and prices" });
  await prices.getByLabel("Search models").fill("gpt-6-sol");
  const sol = prices.getByRole("row", { name: /GPT-6 Sol/ });
  await expect(sol).toContainText("$2 in · $10 out");
  await sol.getByRole("button", { name: "Actions for GPT-6 Sol" }).click();
  await page.getByRole("menuitem", { name: "Change…" }).click();
  const facts = page.getByRole("dialog", { name: 'Change "GPT-6 Sol"' });
  await facts.getByLabel("Price of input").fill("a lot");
  await facts.getByRole("button", { name: "Save" }).click();
  await expect(facts.getByText("A price is a number of dollars such as 3 or 0.25.")).toBeVisible();
  await facts.getByLabel("Price of input").fill("1.5");
  await facts.getByRole("button", { name: "Save" }).click();
  await expect(sol).toContainText("$1.5 in · $10 out");
  await expect(sol).toContainText("changed");
  await sol.getByRole("button", { name: "Actions for GPT-6 Sol" }).click();
  await page.getByRole("menuitem", { name: "Reset" }).click();
  await expect(sol).toContainText("$2 in · $10 out");
});
