/** A part of a text as it is drawn, in pixels from the outer corner of its field, without scrolling. */
export interface DrawnPart {
  left: number;
  top: number;
  width: number;
  height: number;
}

const COPIED = [
  ...["font-family", "font-size", "font-weight", "font-style", "font-variant", "line-height", "letter-spacing", "word-spacing", "tab-size"],
  ...["padding-top", "padding-right", "padding-bottom", "padding-left", "border-top-width", "border-left-width", "text-indent", "text-align"],
] as const;

/** Where ranges of the text of a field are drawn: a range over several lines has a part for each, an empty one is a caret. */
export function measureText(field: HTMLTextAreaElement | HTMLInputElement, ranges: readonly (readonly [number, number])[]): DrawnPart[][] {
  const mirror = document.createElement("div");
  const style = getComputedStyle(field);
  for (const property of COPIED) mirror.style.setProperty(property, style.getPropertyValue(property));
  const isArea = field instanceof HTMLTextAreaElement;
  Object.assign(mirror.style, {
    ...{ position: "absolute", top: "0", left: "0", visibility: "hidden", pointerEvents: "none", boxSizing: "border-box", borderStyle: "solid" },
    ...{ borderRightWidth: "0", borderBottomWidth: "0", overflowWrap: "break-word", whiteSpace: isArea && field.wrap !== "off" ? "pre-wrap" : "pre" },
    width: `${field.clientLeft + field.clientWidth}px`,
  });
  // the character at the end gives a caret behind the last line a place
  const text = document.createTextNode(`${field.value}\u200b`);
  mirror.append(text);
  field.parentElement?.append(mirror);
  const origin = mirror.getBoundingClientRect();
  const drop = isArea ? 0 : Math.max(0, (field.clientHeight - Number.parseFloat(style.lineHeight)) / 2 - Number.parseFloat(style.paddingTop));
  const parts = ranges.map(([start, end]) => {
    const range = document.createRange();
    const from = Math.min(start, field.value.length);
    range.setStart(text, from);
    range.setEnd(text, Math.max(from + 1, Math.min(end, field.value.length)));
    const rects = [...range.getClientRects()].map(({ left, top, width, height }) => ({
      left: left - origin.left,
      top: top - origin.top + drop,
      width,
      height,
    }));
    return start === end ? rects.slice(0, 1).map((rect) => ({ ...rect, width: 0 })) : rects;
  });
  mirror.remove();
  return parts;
}
