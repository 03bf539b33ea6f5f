import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { MissingClass } from "#runtime/node/workflow.ts";
import { classes } from "../ui/classes.ts";

export function Notice({ tone, children }: { tone: "danger" | "warning"; children: ReactNode }) {
  const Mark = tone === "danger" ? CircleAlert : TriangleAlert;
  return (
    <div
      role="status"
      className={classes("flex gap-2 rounded-md px-2.5 py-2 text-xs", tone === "danger" ? "bg-danger-soft text-danger" : "bg-warning-soft text-warning")}
    >
      <Mark size={14} className="mt-px shrink-0" aria-hidden />
      <div className="wrap-anywhere min-w-0 text-ink">{children}</div>
    </div>
  );
}

/** Node classes that the server does not have, and what may bring them. */
export function MissingClasses({ missing, isFatal }: { missing: readonly MissingClass[]; isFatal: boolean }) {
  if (missing.length === 0) return null;
  return (
    <Notice tone={isFatal ? "danger" : "warning"}>
      <p className="font-medium">
        {isFatal ? "It cannot be imported from this server" : "It does not run on this server as it is"}:{" "}
        {missing.length === 1 ? "a kind of node is" : `${missing.length} kinds of nodes are`} missing there.
      </p>
      <ul className="mt-1 flex list-disc flex-col gap-0.5 pl-4">
        {missing.slice(0, 20).map(({ name, nodes, extension }) => (
          <li key={name}>
            <code className="font-mono">{name}</code>
            {nodes.some((title) => title !== name) && ` (${nodes.slice(0, 3).join(", ")})`}
            {extension ? `: may come with the extension “${extension}”` : ": look for it in ComfyUI's manager of extensions"}
          </li>
        ))}
        {missing.length > 20 && <li>and {missing.length - 20} more</li>}
      </ul>
      {isFatal && <p className="mt-1">Install what is missing and try again, choose another server, or import the file of “Export (API)”.</p>}
    </Notice>
  );
}
