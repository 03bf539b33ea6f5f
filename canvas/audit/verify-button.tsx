import { ShieldCheck, ShieldX } from "lucide-react";
import { useState } from "react";
import { verifyAudit } from "#server/contract/audit.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { Address } from "../ui/address.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Spinner } from "../ui/spinner.tsx";

/** Computes the seals of the log again, to see that nobody has changed it. */
export function VerifyButton() {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button icon={<ShieldCheck size={14} aria-hidden />} onClick={() => setOpen(true)}>
        Verify
      </Button>
      {isOpen && <VerifyDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function VerifyDialog({ onClose }: { onClose(): void }) {
  const { data, error, isFetching, refetch } = useApi(verifyAudit, {});
  const actions = (
    <>
      <Button look="quiet" busy={isFetching} onClick={() => void refetch()}>
        Verify again
      </Button>
      <Button look="primary" onClick={onClose}>
        Close
      </Button>
    </>
  );
  return (
    <Dialog open onClose={onClose} title="Has anybody changed the log?" description="Every day's seal is computed again from its entries." actions={actions}>
      <div aria-live="polite" className="flex flex-col gap-3 text-sm">
        {isFetching && (
          <p className="flex items-center gap-2 text-ink-muted">
            <Spinner size={14} /> Reading the log…
          </p>
        )}
        {!isFetching && error && <FormError text={errorText(error)} />}
        {!isFetching && data && (
          <p className={`flex items-start gap-2 font-medium ${data.ok ? "text-succeeded" : "text-danger"}`}>
            {data.ok ? <ShieldCheck size={16} className="mt-0.5 shrink-0" aria-hidden /> : <ShieldX size={16} className="mt-0.5 shrink-0" aria-hidden />}
            {data.ok
              ? `All is as it was written: ${counted(data.entries, "entry", "entries")}, ${counted(data.days, "sealed day", "sealed days")}.`
              : (data.problem ?? "The log was changed.")}
          </p>
        )}
        {!isFetching && data?.head && (
          <div className="flex flex-col gap-1.5">
            <p className="text-ink-muted text-xs">
              Seal of {data.head.day}. Keep it elsewhere: as long as it is the same, nobody has rewritten the days up to it.
            </p>
            <Address text={data.head.hash} label="Copy the seal" />
          </div>
        )}
      </div>
    </Dialog>
  );
}

function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}
