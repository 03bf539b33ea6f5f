import { z } from "zod";
import type { callTool } from "#server/contract/connections.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { JsonView } from "../ui/json-view.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { formatDuration } from "../ui/time-ago.tsx";

type Result = z.output<typeof callTool.answer>;

const textSchema = z.looseObject({ type: z.literal("text"), text: z.string() });
const imageSchema = z.looseObject({ type: z.literal("image"), data: z.string(), mimeType: z.string().startsWith("image/") });

/** What a tool answered: its structured content if it gave any, and every part of its content. */
export function ToolResult({ result }: { result: Result }) {
  return (
    <section aria-label="Result" className="flex flex-col gap-2">
      <header className="flex items-center gap-2">
        <h4 className="font-medium text-ink-muted text-xs">
          Result <span className="font-normal text-ink-faint">after {formatDuration(result.durationMs)}</span>
        </h4>
        <span className="ml-auto">
          <CopyButton label="Copy the result" text={() => JSON.stringify(result.structuredContent ?? result.content, null, 2)} />
        </span>
      </header>
      {result.structuredContent && (
        <ScrollBox label="Structured content" className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-2.5">
          <JsonView value={result.structuredContent} />
        </ScrollBox>
      )}
      {result.content.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one answer never move
        <Part key={index} part={part} />
      ))}
      {result.content.length === 0 && !result.structuredContent && <p className="text-ink-muted text-xs">It answered with nothing.</p>}
    </section>
  );
}

function Part({ part }: { part: Result["content"][number] }) {
  const text = textSchema.safeParse(part);
  if (text.success) {
    return (
      <ScrollBox label="Text of the result" className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-2.5">
        <pre className="wrap-anywhere whitespace-pre-wrap font-mono text-xs leading-5">{text.data.text}</pre>
      </ScrollBox>
    );
  }
  const image = imageSchema.safeParse(part);
  if (image.success) {
    return (
      <img
        src={`data:${image.data.mimeType};base64,${image.data.data}`}
        alt="Part of the result"
        className="max-h-96 self-start rounded-md border border-line"
      />
    );
  }
  return (
    <ScrollBox label="Part of the result" className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-2.5">
      <JsonView value={part} />
    </ScrollBox>
  );
}
