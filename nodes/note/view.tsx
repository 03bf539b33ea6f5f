import { type CSSProperties, type ReactNode, useState } from "react";
import type { NodeViewProps } from "#runtime/node/view.ts";
import { type Block, type Inline, parseMarkdown } from "./markdown.ts";

const HUES: Readonly<Record<string, string>> = { yellow: "#f5c451", blue: "#5aa9ff", green: "#4fd08b", pink: "#ff7eb6", gray: "#9aa4b2" };

/** Tinted with the note's colour over whatever the canvas has behind it, so that it works on dark and light. */
function paper(color: unknown): CSSProperties {
  const hue = (typeof color === "string" ? HUES[color] : undefined) ?? HUES.gray;
  return { background: `color-mix(in oklab, ${hue} 14%, transparent)`, border: `1px solid color-mix(in oklab, ${hue} 45%, transparent)` };
}

/** A note: its Markdown, drawn without HTML; a double click turns it into a text field, where it may be edited. */
export default function NoteView({ config, size, edit }: NodeViewProps): ReactNode {
  const [isEditing, setEditing] = useState(false);
  const text = typeof config.text === "string" ? config.text : "";
  const box: CSSProperties = { ...paper(config.color), ...(size ?? { width: 260, minHeight: 96 }) };
  const frame = "overflow-auto rounded-lg p-3 text-sm leading-relaxed";
  if (isEditing && edit) {
    return (
      <textarea
        aria-label="Text of the note"
        className={`nodrag nowheel resize-none font-mono outline-none ${frame}`}
        style={box}
        value={text}
        ref={(element) => element?.focus()}
        onChange={(event) => edit("text", event.target.value)}
        onBlur={() => setEditing(false)}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") setEditing(false);
        }}
      />
    );
  }
  const blocks = parseMarkdown(text);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a shortcut; the inspector has the same field for the keyboard
    <div className={`${frame} space-y-2 break-words`} style={box} onDoubleClick={edit && (() => setEditing(true))}>
      {blocks.length === 0 ? <p className="italic opacity-60">{edit ? "Double-click to write a note" : "An empty note"}</p> : blocks.map(drawBlock)}
    </div>
  );
}

/** Blocks and parts have no identity of their own: their place is their key. */
function drawBlock(block: Block, index: number): ReactNode {
  switch (block.type) {
    case "heading": {
      const Heading = `h${block.level}` as const;
      return (
        <Heading key={index} className={block.level === 1 ? "text-lg font-semibold" : block.level === 2 ? "text-base font-semibold" : "font-semibold"}>
          {block.content.map(drawInline)}
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p key={index} className="whitespace-pre-line">
          {block.lines.map((line, at) => [at > 0 && "\n", ...line.map((part, place) => drawInline(part, at * 10_000 + place))])}
        </p>
      );
    case "list": {
      const List = block.ordered ? "ol" : "ul";
      return (
        <List key={index} className={`space-y-1 pl-5 ${block.ordered ? "list-decimal" : "list-disc"}`}>
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
  }
}

function drawInline(part: Inline, index: number): ReactNode {
  switch (part.type) {
    case "text":
      return part.text;
    case "code":
      return (
        <code key={index} className="rounded bg-black/20 px-1 font-mono text-[0.9em]">
          {part.text}
        </code>
      );
    case "strong":
      return <strong key={index}>{part.content.map(drawInline)}</strong>;
    case "emphasis":
      return <em key={index}>{part.content.map(drawInline)}</em>;
    case "link":
      return (
        <a key={index} className="nodrag underline underline-offset-2" href={part.href} target="_blank" rel="noopener noreferrer">
          {part.text}
        </a>
      );
  }
}
