import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright/test";
import { expect } from "playwright/test";

/** What keeps people out; the rest (moderate, minor) is advice. */
const GRAVE = new Set<string | null | undefined>(["serious", "critical"]);

/** Expects that axe finds nothing serious on the page as it stands, dark; nor in its colours when it is light: nothing else differs between the themes. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await settled(page);
  await expectNothingGrave(await axe(page), what);
  await inTheme(page, "light");
  await expectNothingGrave((await axe(page)).withRules("color-contrast"), `${what}, light`);
  await inTheme(page, "dark");
}

/** The builder brings axe (650 KB to compile) into the page twice for each look, so where it is already it is told to bring nothing. */
async function axe(page: Page): Promise<AxeBuilder> {
  const isThere = await page.evaluate(() => "axe" in window);
  return new AxeBuilder({ page, ...(isThere && { axeSource: "/* axe is in the page */" }) }).setLegacyMode(true).options({ resultTypes: ["violations"] });
}

async function expectNothingGrave(builder: AxeBuilder, what: string): Promise<void> {
  const { violations } = await builder.analyze();
  const grave = violations.filter(({ impact }) => GRAVE.has(impact));
  const found = grave.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${help}\n  ${target.join(" ")}\n  ${failureSummary}`));
  expect.soft(found, what).toEqual([]);
}

/** The style sheets know the theme by this attribute alone. To click the theme's button would close what is open. */
async function inTheme(page: Page, theme: "dark" | "light"): Promise<void> {
  await page.evaluate((name) => {
    document.documentElement.dataset.theme = name;
  }, theme);
  await settled(page);
}

/** Colours are measured when what appears has appeared. */
async function settled(page: Page): Promise<void> {
  const isMoving = () => document.getAnimations().some(({ effect, playState }) => playState === "running" && effect?.getTiming().iterations === 1);
  await expect.poll(() => page.evaluate(isMoving), { intervals: [50] }).toBe(false);
}
