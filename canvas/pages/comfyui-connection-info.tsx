import type { ComfyConnection, ComfyProbeAnswer } from "#server/contract/connections.ts";
import { Badge } from "../ui/badge.tsx";
import { formatBytes } from "../ui/format-bytes.ts";

/** How a ComfyUI server is reached, and by which labels it is chosen. */
export function ComfyConnectionInfo({ connection: { settings, labels } }: { connection: ComfyConnection }) {
  return (
    <dl className="grid grid-cols-[8rem_minmax(0,1fr)] gap-y-1 border-line border-t px-4 py-2.5 text-xs">
      {settings && (
        <>
          <dt className="text-ink-faint">Address</dt>
          <dd className="wrap-anywhere font-mono">{settings.baseUrl}</dd>
          <dt className="text-ink-faint">Asks for</dt>
          <dd>{askedFor(settings.auth)}</dd>
        </>
      )}
      <dt className="text-ink-faint">Labels</dt>
      <dd className="flex flex-wrap gap-1">{labels.length === 0 ? "none" : labels.map((label) => <Badge key={label}>{label}</Badge>)}</dd>
    </dl>
  );
}

function askedFor(auth: NonNullable<ComfyConnection["settings"]>["auth"]): string {
  if (auth.type === "none") return "nothing";
  return auth.type === "bearer" ? "a token, in the vault" : `the header ${auth.name}, in the vault`;
}

/** What a server said of itself when it was tested. */
export function ComfyProbe({ probe }: { probe: ComfyProbeAnswer }) {
  return (
    <ul className="mt-2 flex flex-col gap-1 pl-6 text-ink-muted text-xs">
      <li>
        {probe.nodeClasses.toLocaleString("en-US")} kinds of nodes · {queueWords(probe.queue)}
      </li>
      {probe.devices.map(({ name, type, memoryBytes, freeBytes }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two devices may be alike, and their order does not change
        <li key={index} className="wrap-anywhere">
          {name === type ? name : `${name} (${type})`}
          {memoryBytes !== null && `: ${formatBytes(memoryBytes)} of memory${freeBytes === null ? "" : `, ${formatBytes(freeBytes)} free`}`}
        </li>
      ))}
    </ul>
  );
}

function queueWords(queue: number): string {
  if (queue === 0) return "nothing in its queue";
  return queue === 1 ? "one workflow in its queue" : `${queue} workflows in its queue`;
}
