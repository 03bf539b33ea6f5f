import { Fragment, type ReactNode } from "react";
import { type Block, type Inline, markdownBlocks } from "#runtime/markdown.ts";
import { classes } from "./classes.ts";
import { ScrollBox } from "./scroll-box.tsx";

export interface MarkdownProps {
  text: string;
  /** Names of people that stand out where they are mentioned. */
  mentions?: readonly string[];
  /** Closer together, for small places. */
  dense?: boolean;
}

/** A Markdown text, drawn. HTML in it is shown as text; images are shown as links, so that nothing is fetched. */
export function Markdown({ text, mentions, dense = false }: MarkdownProps) {
  return (
    <div className={classes("wrap-anywhere flex flex-col text-sm", dense ? "gap-1.5 leading-5" : "gap-2 leading-relaxed")}>
      {markdownBlocks(text, mentions).map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text
        <Fragment key={index}>{drawn(block)}</Fragment>
      ))}
    </div>
  );
}

function drawn(block: Block): ReactNode {
  switch (block.type) {
    case "heading": {
      const Heading = block.level === 1 ? "h4" : block.level === 2 ? "h5" : "h6";
      return (
        <Heading className={block.level <= 2 ? "font-semibold text-base" : "font-semibold"}>
          <Parts parts={block.parts} />
        </Heading>
      );
    }
    case "paragraph":
      return (
        <p className="whitespace-pre-line">
          <Parts parts={block.parts} />
        </p>
      );
    case "quote":
      return (
        <blockquote className="whitespace-pre-line border-line-strong border-l-2 pl-3 text-ink-muted">
          <Parts parts={block.parts} />
        </blockquote>
      );
    case "code":
      return (
        <ScrollBox label="Code" className="overflow-x-auto rounded-md bg-hover p-2">
          <pre className="font-mono text-xs leading-5">{block.text}</pre>
        </ScrollBox>
      );
    case "rule":
      return <hr className="border-line" />;
    case "list":
      return <List isOrdered={block.isOrdered} items={block.items} />;
    case "table":
      return <DrawnTable head={block.head} rows={block.rows} />;
  }
}

function List({ isOrdered, items }: { isOrdered: boolean; items: readonly Inline[][] }) {
  const drawnItems = items.map((parts, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the items of one text
    <li key={index}>
      <Parts parts={parts} />
    </li>
  ));
  return isOrdered ? <ol className="list-decimal pl-5">{drawnItems}</ol> : <ul className="list-disc pl-5">{drawnItems}</ul>;
}

function DrawnTable({ head, rows }: { head: readonly Inline[][]; rows: readonly Inline[][][] }) {
  return (
    <ScrollBox label="Table" className="overflow-x-auto">
      <table className="border-collapse text-xs">
        <thead>
          <tr>
            {head.map((parts, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the cells of one text
              <th key={index} scope="col" className="border border-line px-2 py-1 text-left font-medium">
                <Parts parts={parts} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one text
            <tr key={row}>
              {cells.map((parts, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the cells of one text
                <td key={index} className="border border-line px-2 py-1">
                  <Parts parts={parts} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function Parts({ parts }: { parts: readonly Inline[] }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text
  return parts.map((part, index) => <Fragment key={index}>{inline(part)}</Fragment>);
}

function inline(part: Inline): ReactNode {
  switch (part.type) {
    case "text":
      return part.text;
    case "code":
      return <code className="rounded-sm bg-hover px-1 font-mono text-xs">{part.text}</code>;
    case "mention":
      return <span className="rounded-sm bg-accent-soft px-0.5 font-medium text-accent">{part.text}</span>;
    case "strong":
      return (
        <strong className="font-semibold">
          <Parts parts={part.parts} />
        </strong>
      );
    case "emphasis":
      return (
        <em>
          <Parts parts={part.parts} />
        </em>
      );
    case "deleted":
      return (
        <del>
          <Parts parts={part.parts} />
        </del>
      );
    case "link":
      return (
        <a href={part.address} target="_blank" rel="noreferrer" className="text-accent underline underline-offset-2">
          <Parts parts={part.parts} />
        </a>
      );
  }
}
