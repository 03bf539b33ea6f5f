import { JsonView } from "../ui/json-view.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";

/** What a tool takes or yields, for those who want it exactly. */
export function ToolSchema({ title, schema, isOpen = false }: { title: string; schema: unknown; isOpen?: boolean }) {
  return (
    <details open={isOpen}>
      <summary className="font-medium text-ink-muted text-xs hover:text-ink">{title} (JSON Schema)</summary>
      <ScrollBox label={title} className="mt-2 max-h-96 overflow-auto rounded-md border border-line bg-sunken p-2.5">
        <JsonView value={schema} open={3} />
      </ScrollBox>
    </details>
  );
}
