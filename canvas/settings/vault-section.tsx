import { KeyRound } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { cancelRewrap, readVault, rotateVaultKey, type VaultStatus } from "#server/contract/vault.ts";
import { errorText, hasCode } from "../api/api-problem.ts";
import { useApi, useChange } from "../api/queries.ts";
import { Button } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { Card, Section } from "../ui/section.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";

const SOON_MS = 1_000;
const SELDOM_MS = 30_000;

/** The key that every secret of the installation is kept with. */
export function VaultSection() {
  const [isBusy, setBusy] = useState(false);
  const vault = useApi(readVault, {}, { every: isBusy ? SOON_MS : SELDOM_MS });
  const isRunning = vault.data?.rewrap.state === "running";
  if (isRunning !== isBusy) setBusy(isRunning);
  return (
    <Section title="Vault" text="Every secret is stored encrypted, each with a key of its own; the vault's key locks those.">
      {vault.data ? (
        <Vault vault={vault.data} />
      ) : hasCode(vault.error, "person-required") ? (
        <PersonNotice what="The vault is shown only to a person." />
      ) : vault.error ? (
        <LoadError title="The vault could not be read" text={errorText(vault.error)} busy={vault.isFetching} onRetry={() => void vault.refetch()} />
      ) : (
        <SkeletonRows rows={2} label="Loading the vault" />
      )}
    </Section>
  );
}

const SOURCES = { file: "a file in the data directory (readable by its owner only)", environment: "the environment" } as const;

function Vault({ vault }: { vault: VaultStatus }) {
  const [isAsking, setAsking] = useState(false);
  const rotate = useChange(rotateVaultKey, { stale: [readVault] });
  const cancel = useChange(cancelRewrap, { stale: [readVault] });
  const { rewrap } = vault;
  const isRunning = rewrap.state === "running";
  const isFixed = vault.source === "environment";
  const start = () =>
    rotate.mutate({}, { onError: (error) => toast.error("There is no new key", { description: errorText(error) }), onSettled: () => setAsking(false) });
  return (
    <Card>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
        <dt className="text-ink-muted">Key</dt>
        <dd className="wrap-anywhere">
          <code className="text-xs">{vault.key}</code>, from {SOURCES[vault.source]}
        </dd>
        <dt className="text-ink-muted">Secrets</dt>
        <dd className="tabular-nums">
          {vault.secrets}
          {vault.waiting > 0 && `, ${vault.waiting} of them still under an earlier key`}
        </dd>
        {rewrap.finishedAt && (
          <>
            <dt className="text-ink-muted">Key changed</dt>
            <dd>
              <TimeAgo time={rewrap.finishedAt} />
            </dd>
          </>
        )}
      </dl>
      {isRunning && <ProgressBar label="Locking the secrets with the new key" done={rewrap.done} total={rewrap.total} />}
      {rewrap.state === "failed" && (
        <p role="alert" className="rounded-md bg-danger-soft px-3 py-2 text-sm">
          The change of keys stopped. {rewrap.problem} Every secret can still be read; change the key again to go on.
        </p>
      )}
      {isRunning ? (
        <Button
          className="self-start"
          busy={cancel.isPending}
          onClick={() => cancel.mutate({}, { onError: (error) => toast.error("It goes on", { description: errorText(error) }) })}
        >
          Stop
        </Button>
      ) : (
        <Button className="self-start" icon={<KeyRound size={14} aria-hidden />} disabled={isFixed} onClick={() => setAsking(true)}>
          Change the key…
        </Button>
      )}
      {isFixed && (
        <p className="text-ink-faint text-xs">
          The key is set from outside: put the new one into <code>HEDDLE_VAULT_KEY</code> and this one into <code>HEDDLE_VAULT_OLD_KEYS</code>, then start
          Heddle again. Read “The vault: its key, backups, rotation” in <code>docs/operations.md</code> first.
        </p>
      )}
      {isAsking && (
        <ConfirmDialog
          open
          title="Change the vault's key?"
          text="Heddle makes a new key and locks every secret with it, while everything goes on. Keep a backup of the new key file afterwards: an earlier backup of the data needs the earlier key."
          confirm="Change the key"
          busy={rotate.isPending}
          onConfirm={start}
          onClose={() => setAsking(false)}
        />
      )}
    </Card>
  );
}
