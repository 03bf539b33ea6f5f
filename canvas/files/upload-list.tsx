import { X } from "lucide-react";
import { formatBytes } from "../ui/format-bytes.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Bar } from "../ui/progress-bar.tsx";
import type { UploadItem, Uploads } from "./use-uploads.ts";

/** Files on their way: how far each is, why one did not arrive, and the way to stop it. */
export function UploadList({ uploads: { items, drop } }: { uploads: Pick<Uploads, "items" | "drop"> }) {
  if (items.length === 0) return null;
  return (
    <ul aria-label="Uploads" className="flex max-h-48 flex-col gap-2 overflow-y-auto rounded-lg border border-line bg-surface p-3">
      {items.map((item) => (
        <li key={item.id} className="flex items-center gap-3 text-xs">
          <div className="flex min-w-0 flex-1 flex-col gap-1">
            <p className="flex gap-2">
              <span className="min-w-0 flex-1 truncate">{item.name}</span>
              {item.type !== "failed" && <span className="shrink-0 text-ink-muted tabular-nums">{progressOf(item)}</span>}
            </p>
            {item.type === "failed" ? (
              <p role="alert" className="text-danger">
                {item.message}
              </p>
            ) : (
              <Bar label={`Sending ${item.name}`} done={item.type === "sending" ? item.sent : 0} total={item.size} />
            )}
          </div>
          <IconButton
            label={item.type === "failed" ? `Take ${item.name} off the list` : `Cancel ${item.name}`}
            size="small"
            icon={<X size={14} />}
            onClick={() => drop(item.id)}
          />
        </li>
      ))}
    </ul>
  );
}

function progressOf(item: UploadItem): string {
  if (item.type !== "sending") return "Waiting…";
  return item.sent >= item.size ? "Storing…" : `${formatBytes(item.sent)} of ${formatBytes(item.size)}`;
}
