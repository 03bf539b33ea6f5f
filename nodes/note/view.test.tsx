import type { ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it, vi } from "vitest";
import NoteView from "./view.tsx";

const draw = (config: Record<string, unknown>, edit?: () => void) => renderToStaticMarkup(<NoteView config={config} references={{}} {...(edit && { edit })} />);

it("draws Markdown and never HTML", () => {
  const html = draw({ text: '## Title\n**bold** <img src=x onerror="alert(1)">\n- [docs](https://x.test)', color: "blue" });
  expect(html).toContain("<h2");
  expect(html).toContain("<strong>bold</strong>");
  expect(html).toContain("&lt;img src=x");
  expect(html).not.toContain("<img");
  expect(html).toContain('href="https://x.test" target="_blank" rel="noopener noreferrer"');
});

it("opens its text, and writes nothing by itself", () => {
  const edit = vi.fn();
  const card = NoteView({ config: { text: "old" }, references: {}, edit }) as ReactElement<{ onDoubleClick(): void }>;
  card.props.onDoubleClick();
  expect(edit.mock.calls).toEqual([["text"]]);
});

it("stands a config that is being edited, and invites to write", () => {
  expect(draw({ text: 5, color: {} }, () => {})).toContain("Double-click to write");
  expect(draw({})).toContain("An empty note");
});
