import { UserRoundCheck } from "lucide-react";

/** Why something cannot be done here yet, and how to become able to: shown where the server wants a person. */
export function PersonNotice({ what }: { what: string }) {
  return (
    <div role="note" className="flex gap-3 rounded-lg border border-line-strong bg-raised px-4 py-3">
      <UserRoundCheck size={18} className="mt-0.5 shrink-0 text-accent" aria-hidden />
      <div className="flex flex-col gap-1 text-sm">
        <p className="font-medium">Heddle does not know yet that you are a person</p>
        <p className="text-ink-muted">
          {what} Any program on this machine can reach this page, so Heddle wants proof: open the one-time link it printed when it started (
          <code className="text-xs">…/session/…</code>). It works for 15 minutes; <code className="text-xs">server.json</code> in the data directory always
          holds a fresh one. This browser is then known.
        </p>
      </div>
    </div>
  );
}
