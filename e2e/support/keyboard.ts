import type { Page } from "playwright/test";
import { expect } from "playwright/test";

const mostPresses = 80;

/** Presses Tab until something of this name has the focus, and expects that to be seen. */
export async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < mostPresses; presses++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(readFocus);
    if (!focus || !name.test(focus.name)) continue;
    expect(focus.isSeen, `the focus on ${focus.name} is seen`).toBe(true);
    return;
  }
  throw new Error(`Tab does not reach ${name}.`);
}

/** Runs in the page: what has the focus, and whether it looks other than without. */
function readFocus() {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement)) return undefined;
  const looks = () => {
    const styles = [element, ...element.children].slice(0, 2).map((part) => getComputedStyle(part));
    return styles.map(({ outline, boxShadow, borderColor }) => [outline, boxShadow, borderColor].join()).join();
  };
  const focused = looks();
  element.blur();
  const isSeen = looks() !== focused;
  element.focus();
  const label = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.labels?.[0]?.textContent : undefined;
  return { name: element.getAttribute("aria-label") ?? label ?? element.textContent, isSeen };
}

/** What assistive software cannot make sense of on a page, one line each. */
export function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const textOf = (ids: string | null) => (ids ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
    const isNamed = (element: HTMLElement) => {
      const labels = "labels" in element && element.labels instanceof NodeList ? [...element.labels].map((label) => label.textContent) : [];
      const names = [element.getAttribute("aria-label"), element.title, ...textOf(element.getAttribute("aria-labelledby")), ...labels];
      const isTyped = /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.role === "combobox";
      return [...names, ...(isTyped ? [] : [element.textContent])].some((name) => (name ?? "").trim() !== "");
    };
    const controls = [...document.querySelectorAll<HTMLElement>("button, a[href], input:not([type=hidden]), textarea, select, [role=combobox], [role=dialog]")];
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    return [
      ...controls
        .filter((element) => element.checkVisibility() && !element.closest("[aria-hidden=true]") && !isNamed(element))
        .map((element) => `without a name: ${element.outerHTML.slice(0, 200)}`),
      ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: #${id}`),
      ...(document.documentElement.lang === "" ? ["no language"] : []),
      ...(document.querySelector("main") ? [] : ["no main"]),
      ...(document.querySelectorAll("h1").length === 1 ? [] : [`${document.querySelectorAll("h1").length} headings of level 1`]),
    ];
  });
}
