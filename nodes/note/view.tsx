import { type CSSProperties, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { type Block, type Inline, markdownBlocks } from "#runtime/markdown.ts";
import type { NodeViewProps } from "#runtime/node/view.ts";
import { paper } from "../kit/paper/paper.ts";

/** What the board lets it be made. */
const LEAST = { width: 120, height: 60 };

/** A note: its Markdown, drawn without HTML; a double click opens its text, where it may be edited. */
export default function NoteView({ config, size, edit }: NodeViewProps): ReactNode {
  const text = typeof config.text === "string" ? config.text : "";
  // smaller than it can be made: it was measured while it was hidden
  const kept = size && size.width >= LEAST.width && size.height >= LEAST.height ? size : undefined;
  const blocks = markdownBlocks(text);
  return (
    <Sheet style={{ ...paper(config.color), ...(kept ?? { width: 260, minHeight: 96 }) }} onDoubleClick={edit && (() => edit("text"))}>
      {blocks.length === 0 ? <p className="italic opacity-60">{edit ? "Double-click to write a note" : "An empty note"}</p> : blocks.map(drawBlock)}
    </Sheet>
  );
}

/** What fades says that there is more below. */
const FADE = "linear-gradient(black calc(100% - 28px), transparent)";

/** Reached with Tab while there is more in it than it shows, so that keys scroll it. */
function Sheet({ style, onDoubleClick, children }: { style: CSSProperties; onDoubleClick: (() => void) | undefined; children: ReactNode }) {
  const element = useRef<HTMLDivElement>(null);
  const [rest, setRest] = useState(0);
  const measure = () => {
    const { scrollHeight = 0, scrollTop = 0, clientHeight = 0 } = element.current ?? {};
    setRest(scrollHeight - scrollTop - clientHeight);
  };
  const [scrolls, setScrolls] = useState(false);
  useLayoutEffect(() => {
    if (element.current) setScrolls(element.current.scrollHeight > element.current.clientHeight);
    measure();
  });
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; Enter does the same for the keyboard
    <div className="flex flex-col overflow-hidden rounded-lg" style={style} onDoubleClick={onDoubleClick}>
      <div
        ref={element}
        className="min-h-0 flex-1 space-y-2 overflow-auto break-words p-3 text-sm leading-relaxed"
        style={rest > 4 ? { maskImage: FADE } : {}}
        {...(scrolls && { role: "group", "aria-label": "Text of the note", tabIndex: 0 })}
        onScroll={measure}
      >
        {children}
      </div>
    </div>
  );
}

/** Blocks and parts have no identity of their own: their place is their key. */
function drawBlock(block: Block, index: number): ReactNode {
  switch (block.type) {
    case "heading": {
      const Heading = block.level === 1 ? "h1" : block.level === 2 ? "h2" : "h3";
      return (
        <Heading key={index} className={block.level === 1 ? "text-lg font-semibold" : block.level === 2 ? "text-base font-semibold" : "font-semibold"}>
          {block.parts.map(drawInline)}
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p key={index} className="whitespace-pre-line">
          {block.parts.map(drawInline)}
        </p>
      );
    case "quote":
      return (
        <blockquote key={index} className="whitespace-pre-line border-current/30 border-l-2 pl-3 opacity-80">
          {block.parts.map(drawInline)}
        </blockquote>
      );
    case "list": {
      const List = block.isOrdered ? "ol" : "ul";
      return (
        <List key={index} className={`space-y-1 pl-5 ${block.isOrdered ? "list-decimal" : "list-disc"}`}>
          {block.items.map((item, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that tells items apart
            <li key={at}>{item.map(drawInline)}</li>
          ))}
        </List>
      );
    }
    case "code":
      return (
        <pre key={index} className="overflow-x-auto rounded bg-black/20 p-2 font-mono text-xs">
          {block.text}
        </pre>
      );
    case "rule":
      return <hr key={index} className="border-current/30" />;
    case "table":
      return (
        <table key={index} className="border-collapse text-xs">
          <tbody>
            {[block.head, ...block.rows].map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that tells rows apart
              <tr key={row}>{cells.map((cell, at) => drawCell(cell, at, row === 0))}</tr>
            ))}
          </tbody>
        </table>
      );
  }
}

function drawCell(cell: readonly Inline[], index: number, isHead: boolean): ReactNode {
  const Cell = isHead ? "th" : "td";
  return (
    <Cell key={index} className="border border-current/30 px-2 py-1 text-left">
      {cell.map(drawInline)}
    </Cell>
  );
}

function drawInline(part: Inline, index: number): ReactNode {
  switch (part.type) {
    case "text":
    case "mention":
      return part.text;
    case "code":
      return (
        <code key={index} className="rounded bg-black/20 px-1 font-mono text-[0.9em]">
          {part.text}
        </code>
      );
    case "strong":
      return <strong key={index}>{part.parts.map(drawInline)}</strong>;
    case "emphasis":
      return <em key={index}>{part.parts.map(drawInline)}</em>;
    case "deleted":
      return <del key={index}>{part.parts.map(drawInline)}</del>;
    case "link":
      return (
        <a key={index} className="nodrag underline underline-offset-2" href={part.address} target="_blank" rel="noopener noreferrer">
          {part.parts.map(drawInline)}
        </a>
      );
  }
}
