import type { Browser, Page } from "playwright";
import { percentile } from "./figure.ts";

const VIEW = { width: 1440, height: 900 };
const OPEN_MS = 60_000;
/** Frames without a change after which the page is taken as drawn. */
const STILL_FRAMES = 6;
/** Of the wheel, to come close. */
const MAX_TURNS = 200;

/** A page with a board, in a browser context of its own. */
export interface DrawnPage {
  /** Milliseconds from the start of the navigation to the frame after which the board's nodes did not change any more. */
  readonly openMs: number;
  /** Frames while the board is dragged about for so long. */
  pan(ms: number): Promise<Frames>;
  /** Frames while it is zoomed out and in again and again. */
  zoom(ms: number): Promise<Frames>;
  /** Zooms in until single nodes can be read. */
  closeUp(): Promise<void>;
  close(): Promise<void>;
}

export interface Frames {
  perSecond: number;
  /** Milliseconds that 95 of 100 frames took at most. */
  p95Ms: number;
}

export async function openDrawn(browser: Browser, address: string): Promise<DrawnPage> {
  const context = await browser.newContext({ viewport: VIEW, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(address, { waitUntil: "commit" });
  const openMs = await page.evaluate(whenDrawn, { stillFrames: STILL_FRAMES, limitMs: OPEN_MS });
  return {
    openMs,
    pan: (ms) => panned(page, ms),
    zoom: (ms) => zoomed(page, ms),
    closeUp: () => readable(page),
    close: () => context.close(),
  };
}

/** Runs in the page. */
function whenDrawn({ stillFrames, limitMs }: { stillFrames: number; limitMs: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    let still = 0;
    let count = 0;
    let drawnAt = 0;
    const look = () => {
      const now = document.querySelectorAll(".react-flow__node").length;
      if (now !== count || now === 0) {
        count = now;
        still = 0;
        drawnAt = performance.now();
      } else still++;
      if (still >= stillFrames) resolve(drawnAt);
      else if (performance.now() > limitMs) reject(new Error("The board was not drawn."));
      else requestAnimationFrame(look);
    };
    look();
  });
}

/** The middle button drags the board wherever the pointer is. */
async function panned(page: Page, ms: number): Promise<Frames> {
  const middle = { x: VIEW.width / 2, y: VIEW.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down({ button: "middle" });
  const frames = await counted(page, ms, async (share) => {
    const angle = share * Math.PI * 8;
    await page.mouse.move(middle.x + Math.sin(angle) * 500, middle.y + Math.sin(angle / 3) * 300);
  });
  await page.mouse.up({ button: "middle" });
  return frames;
}

/** With Control the wheel zooms, whatever it does without. */
async function zoomed(page: Page, ms: number): Promise<Frames> {
  await page.mouse.move(VIEW.width / 2, VIEW.height / 2);
  await page.keyboard.down("Control");
  const frames = await counted(page, ms, (share) => page.mouse.wheel(0, Math.floor(share * 4) % 2 === 0 ? -30 : 30));
  await page.keyboard.up("Control");
  return frames;
}

/** Until the board is not scaled down any more. */
async function readable(page: Page): Promise<void> {
  await page.mouse.move(VIEW.width / 2, VIEW.height / 2);
  await page.keyboard.down("Control");
  for (let turns = 0; turns < MAX_TURNS && (await page.evaluate(scaleOfBoard)) < 1; turns++) await page.mouse.wheel(0, -30);
  await page.keyboard.up("Control");
}

/** Runs in the page. */
function scaleOfBoard(): number {
  const viewport = document.querySelector(".react-flow__viewport");
  return viewport ? new DOMMatrix(getComputedStyle(viewport).transform).a : 1;
}

async function counted(page: Page, ms: number, act: (share: number) => Promise<void>): Promise<Frames> {
  await page.evaluate(startCounting);
  const start = performance.now();
  for (let passed = 0; passed < ms; passed = performance.now() - start) await act(passed / ms);
  const times = await page.evaluate(stopCounting);
  const whole = times.reduce((sum, time) => sum + time, 0);
  return { perSecond: (times.length / whole) * 1_000, p95Ms: percentile(times, 0.95) };
}

interface Counting {
  frameTimes?: number[];
}

/** Runs in the page. */
function startCounting(): void {
  const times: number[] = [];
  (window as Counting).frameTimes = times;
  let before = performance.now();
  const next = () => {
    if ((window as Counting).frameTimes !== times) return;
    const now = performance.now();
    times.push(now - before);
    before = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}

/** Runs in the page. */
function stopCounting(): number[] {
  const times = (window as Counting).frameTimes ?? [];
  delete (window as Counting).frameTimes;
  return times;
}
