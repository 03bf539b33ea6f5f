import type { ResourceContents } from "#server/contract/mcp.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { ImagePart, TextPart } from "./content-part.tsx";

/** What a resource holds: text, JSON as a tree, images; of anything else its size. */
export function ResourceContentsView({ contents: { contents } }: { contents: ResourceContents }) {
  return (
    <section aria-label="Contents" className="flex flex-col gap-3">
      {contents.length === 0 && <p className="text-ink-muted text-xs">It is empty.</p>}
      {contents.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one answer never move
        <div key={index} className="flex flex-col gap-1.5">
          <p className="flex items-center gap-2 text-ink-faint text-xs">
            <code className="min-w-0 flex-1 truncate">{part.uri}</code>
            {part.mimeType && <span className="shrink-0">{part.mimeType}</span>}
            {"text" in part && <CopyButton label="Copy the text" text={() => part.text} />}
          </p>
          <Part part={part} />
        </div>
      ))}
    </section>
  );
}

function Part({ part }: { part: ResourceContents["contents"][number] }) {
  if ("text" in part) return <TextPart label="Text of the resource" text={part.text} isJson={part.mimeType?.includes("json") ?? false} />;
  if (part.mimeType?.startsWith("image/")) return <ImagePart label="The resource" data={part.blob} type={part.mimeType} />;
  return <p className="text-ink-muted text-xs">{Math.floor((part.blob.length * 3) / 4).toLocaleString("en")} bytes that cannot be shown here.</p>;
}
