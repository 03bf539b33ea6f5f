import { describe, expect, it } from "vitest";
import { type Box, isSeen, MARGIN, moveIntoView } from "./into-view.ts";

const room = { width: 1_000, height: 600 };
const map: Box = { left: 820, top: 480, right: 988, bottom: 588 };
const controls: Box = { left: 12, top: 540, right: 300, bottom: 588 };
const card = (left: number, top: number, [width, height]: readonly [number, number] = [240, 100]): Box => ({
  left,
  top,
  right: left + width,
  bottom: top + height,
});
const none = { x: 0, y: 0 };

describe("moving into view", () => {
  it("leaves alone what is seen", () => {
    expect(moveIntoView(card(300, 200), room, [map, controls])).toEqual(none);
    expect(moveIntoView(card(-200, -50), room, [map, controls])).toEqual(none);
  });

  it("brings back what a panel beside or below has pushed out, by no more than it must", () => {
    expect(moveIntoView(card(900, 200), room, [])).toEqual({ x: 1_000 - 1_140 - MARGIN, y: 0 });
    expect(moveIntoView(card(300, 700), room, [])).toEqual({ x: 0, y: 600 - 800 - MARGIN });
  });

  it("keeps the beginning of what is larger than the room", () => {
    expect(moveIntoView(card(100, 50, [2_000, 900]), room, [])).toEqual({ x: MARGIN - 100, y: MARGIN - 50 });
  });

  it("takes out from under the map and the controls, the shorter way", () => {
    expect(moveIntoView(card(700, 470), room, [map])).toEqual({ x: 0, y: 480 - 570 - MARGIN });
    expect(moveIntoView(card(590, 470), room, [map])).toEqual({ x: 820 - 830 - MARGIN, y: 0 });
    expect(moveIntoView(card(100, 470), room, [controls, map])).toEqual({ x: 0, y: 540 - 570 - MARGIN });
  });

  it("does not move the beginning out of the room to clear what stands above", () => {
    expect(moveIntoView(card(24, 24, [940, 550]), room, [map])).toEqual(none);
  });
});

it("a box is seen when some of it is in the room", () => {
  expect(isSeen(card(-239, 0), room)).toBe(true);
  expect(isSeen(card(-240, 0), room)).toBe(false);
  expect(isSeen(card(0, 600), room)).toBe(false);
});
