import type { NodeActivity } from "./node-activity.ts";

/** What a running node shows: how far it is, the text that comes, a preview. */
export function NodeActivityView({ activity }: { activity: NodeActivity }) {
  const { progress, text, preview } = activity;
  return (
    <>
      {progress && <Progress {...progress} />}
      {text !== "" && (
        <pre className="wrap-anywhere max-h-60 overflow-auto whitespace-pre-wrap rounded-md border border-line bg-sunken p-2.5 text-xs leading-5">{text}</pre>
      )}
      {preview?.mediaType.startsWith("image/") && (
        <img src={`data:${preview.mediaType};base64,${preview.data}`} alt="Preview" className="max-h-60 self-start rounded-md border border-line" />
      )}
    </>
  );
}

function Progress({ value, total, message }: NonNullable<NodeActivity["progress"]>) {
  const share = total ? Math.min(1, value / total) : undefined;
  return (
    <div className="flex flex-col gap-1 text-xs">
      <div className="flex justify-between gap-2 text-ink-muted">
        <span className="min-w-0 truncate">{message ?? "Progress"}</span>
        <span className="tabular-nums">{total ? `${value} / ${total}` : value}</span>
      </div>
      <div
        role="progressbar"
        aria-label={message ?? "Progress"}
        aria-valuenow={value}
        aria-valuemax={total}
        className="h-1 overflow-hidden rounded-full bg-hover"
      >
        <div
          className="h-full rounded-full bg-running transition-[width] duration-(--calm)"
          style={{ width: share === undefined ? "35%" : `${share * 100}%` }}
        />
      </div>
    </div>
  );
}
