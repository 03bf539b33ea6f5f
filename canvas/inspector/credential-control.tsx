import { useState } from "react";
import { credentialIdSchema } from "#runtime/graph/ids.ts";
import { type Credential, listCredentials, readCredential } from "#server/contract/credentials.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { CredentialDialog } from "../credentials/credential-dialog.tsx";
import { KIND_WORDS } from "../credentials/credential-words.ts";
import { useMay } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { Input } from "../ui/input.tsx";
import { Select, type SelectOption } from "../ui/select.tsx";
import { StatusDot } from "../ui/status.tsx";
import { useSearch } from "../ui/use-search.ts";
import { type ControlProps, useForm } from "./form-context.ts";
import { MembersOnly } from "./members-only.tsx";

/** Credentials listed at once; beyond them there is a search. */
const LISTED = 100;

/** One of the credentials that the node's type may use. */
export function CredentialControl({ id, value, onChange, invalid }: ControlProps) {
  const { readOnly, nodeType } = useForm();
  const [isAdding, setAdding] = useState(false);
  const mayList = useMay("credential.read");
  const mayAdd = useMay("credential.manage");
  const search = useSearch();
  const chosen = credentialIdSchema.safeParse(value);
  const { data, error } = useApi(listCredentials, { query: { limit: LISTED, ...(search.settled !== "" && { search: search.settled }) } }, { enabled: mayList });
  const fitting = data?.items.filter((credential) => fits(credential, nodeType)) ?? [];
  const isListed = chosen.success && fitting.some((credential) => credential.id === chosen.data);
  const current = useApi(
    readCredential,
    { params: { id: chosen.data ?? credentialIdSchema.parse("cred_none") } },
    { enabled: chosen.success && data !== undefined && !isListed },
  );
  const isLong = data?.nextCursor !== undefined || search.typed !== "";
  const options = fitting.map(optionOf);
  const other = chosen.success && !isListed ? [current.data ? optionOf(current.data) : { value: chosen.data, label: chosen.data }] : [];
  return (
    <div className="flex flex-col gap-1.5">
      {isLong && !readOnly && (
        <Input aria-label="Search credentials" placeholder="Search by name" value={search.typed} onChange={(event) => search.set(event.target.value)} />
      )}
      <Select
        id={id}
        value={chosen.data}
        options={[...options, ...other]}
        onChange={onChange}
        invalid={invalid}
        disabled={readOnly}
        placeholder={data && fitting.length === 0 ? "No credentials yet" : "None"}
      />
      {error && <p className="text-danger text-xs">{errorText(error)}</p>}
      {current.data && !fits(current.data, nodeType) && <p className="text-warning text-xs">This credential may not be used by this kind of node.</p>}
      {current.error && <p className="text-danger text-xs">This credential is gone, or in another workspace. Choose another.</p>}
      {!readOnly && <MembersOnly action="credential.read" what="credentials" />}
      {!readOnly && (
        <div className="flex gap-1">
          {mayAdd && (
            <Button size="small" look="quiet" className="-ml-2 text-accent!" onClick={() => setAdding(true)}>
              New credential…
            </Button>
          )}
          {chosen.success && (
            <Button size="small" look="quiet" onClick={() => onChange(undefined)}>
              Send none
            </Button>
          )}
        </div>
      )}
      {isAdding && <CredentialDialog onSaved={(credential) => onChange(credential.id)} onClose={() => setAdding(false)} />}
    </div>
  );
}

function fits({ nodeTypes }: Credential, nodeType: string | undefined): boolean {
  return nodeType === undefined || nodeTypes.length === 0 || nodeTypes.includes(nodeType);
}

function optionOf({ id, name, settings, hosts, health }: Credential): SelectOption {
  return { value: id, label: name, detail: `${KIND_WORDS[settings.kind].label} · ${hosts.join(", ")}`, icon: <StatusDot health={health.state} /> };
}
