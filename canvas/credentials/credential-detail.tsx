import { KeyRound, Pencil, PlugZap, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { type Credential, listCredentialUses } from "#server/contract/credentials.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { MayButton } from "../session/may-button.tsx";
import { Badge } from "../ui/badge.tsx";
import { Health } from "../ui/health.tsx";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { TimeAgo } from "../ui/time-ago.tsx";
import { CredentialDialog } from "./credential-dialog.tsx";
import { CredentialTestDialog } from "./credential-test-dialog.tsx";
import { KIND_WORDS, settingsText, typesWithCredentials } from "./credential-words.ts";
import { DestroyCredentialDialog } from "./destroy-credential-dialog.tsx";
import { RotateCredentialDialog } from "./rotate-credential-dialog.tsx";

type OpenDialog = "edit" | "rotate" | "test" | "destroy";
const HEALTH = { green: "The last test was answered", red: "The last test was refused", unknown: "Not tested yet" } as const;

/** One credential: where it may go, how it fares, who uses it. */
export function CredentialDetail({ credential }: { credential: Credential }) {
  const [dialog, setDialog] = useState<OpenDialog | undefined>(undefined);
  const close = () => setDialog(undefined);
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <section aria-label={credential.name} className="rounded-lg border border-line bg-surface">
        <header className="flex flex-wrap items-center gap-2 px-4 py-3">
          <div className="min-w-40 flex-1">
            <h2 className="truncate font-semibold text-lg">{credential.name}</h2>
            <Health health={credential.health} words={HEALTH} />
          </div>
          <MayButton action="credential.manage" icon={<PlugZap size={14} aria-hidden />} onClick={() => setDialog("test")}>
            Test…
          </MayButton>
          <MayButton action="credential.manage" icon={<KeyRound size={14} aria-hidden />} onClick={() => setDialog("rotate")}>
            Rotate…
          </MayButton>
          <MayButton action="credential.manage" icon={<Pencil size={14} aria-hidden />} onClick={() => setDialog("edit")}>
            Change…
          </MayButton>
          <MayButton
            action="credential.manage"
            look="quiet"
            className="text-danger!"
            icon={<Trash2 size={14} aria-hidden />}
            onClick={() => setDialog("destroy")}
          >
            Destroy…
          </MayButton>
        </header>
        <Facts credential={credential} />
      </section>
      <Uses credential={credential} />
      {dialog === "edit" && <CredentialDialog credential={credential} onClose={close} />}
      {dialog === "rotate" && <RotateCredentialDialog credential={credential} onClose={close} />}
      {dialog === "test" && <CredentialTestDialog credential={credential} onClose={close} />}
      {dialog === "destroy" && <DestroyCredentialDialog credential={credential} onClose={close} />}
    </div>
  );
}

function Facts({ credential }: { credential: Credential }) {
  const { settings, hosts, nodeTypes, version, description } = credential;
  const types = typesWithCredentials();
  return (
    <dl className="grid grid-cols-[9rem_minmax(0,1fr)] gap-x-4 gap-y-2 border-line border-t px-4 py-3 text-sm max-sm:grid-cols-1">
      {description !== "" && <Fact name="Description">{description}</Fact>}
      <Fact name={KIND_WORDS[settings.kind].label}>{settingsText(settings)}</Fact>
      <Fact name="Sent only to">
        <span className="flex flex-wrap gap-1">
          {hosts.map((host) => (
            <code key={host} className="rounded-sm bg-hover px-1.5 text-xs leading-5">
              {host}
            </code>
          ))}
        </span>
      </Fact>
      <Fact name="Used by">
        {nodeTypes.length === 0
          ? "Every kind of node that takes credentials"
          : nodeTypes.map((type) => types.find(({ value }) => value === type)?.label ?? type).join(", ")}
      </Fact>
      <Fact name="Secret">
        Version {version}, set <TimeAgo time={credential.rotatedAt} />
      </Fact>
      <Fact name="Last used">{credential.lastUsedAt ? <TimeAgo time={credential.lastUsedAt} /> : "Never"}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </>
  );
}

function Uses({ credential }: { credential: Credential }) {
  const uses = useApi(listCredentialUses, { params: { id: credential.id } });
  return (
    <section aria-label="Where it is used" className="rounded-lg border border-line bg-surface">
      <h3 className="border-line border-b px-4 py-2.5 font-medium text-sm">Where it is used</h3>
      {uses.data ? (
        uses.data.items.length === 0 && !uses.data.more ? (
          <p className="px-4 py-3 text-ink-faint text-sm">No graph names it.</p>
        ) : (
          <ul>
            {uses.data.items.map((use) => (
              <li key={`${use.graph} ${use.published}`} className="border-line border-b px-4 py-2 text-sm last:border-b-0">
                <p className="flex items-center gap-2">
                  <Link to={`/graphs/${use.graph}`} className="truncate font-medium hover:text-accent">
                    {use.graphName}
                  </Link>
                  {use.published && <Badge tone="accent">published</Badge>}
                </p>
                <p className="truncate text-ink-faint text-xs">{use.nodes.map(({ label }) => label).join(", ")}</p>
              </li>
            ))}
            {uses.data.more && <li className="px-4 py-2 text-ink-faint text-sm">Perhaps more: not all graphs were looked through.</li>}
          </ul>
        )
      ) : uses.error ? (
        <LoadError title="It could not be found out" text={errorText(uses.error)} busy={uses.isFetching} onRetry={() => void uses.refetch()} />
      ) : (
        <SkeletonRows rows={2} label="Loading where it is used" />
      )}
    </section>
  );
}
