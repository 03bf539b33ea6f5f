import { useState } from "react";
import { listCredentials } from "#server/contract/credentials.ts";
import { useApi } from "../api/queries.ts";
import { CredentialDialog } from "../credentials/credential-dialog.tsx";
import { KIND_WORDS } from "../credentials/credential-words.ts";
import { useMay } from "../session/use-may.ts";
import { Button } from "../ui/button.tsx";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { StatusDot } from "../ui/status.tsx";
import type { SettingsDraft, SettingsFieldsProps } from "./mcp-settings-draft.ts";

const AUTH: { value: SettingsDraft["auth"]; label: string; detail: string }[] = [
  { value: "none", label: "None", detail: "Whoever reaches the server may use it." },
  { value: "credential", label: "Credential", detail: "A bearer token, a header, a user name and password, or an OAuth 2 client." },
  { value: "oauth", label: "OAuth", detail: "You authorize Heddle in your browser once the connection is saved." },
];

/** Credentials listed at once. */
const LISTED = 100;

/** Where a remote MCP server is, and how Heddle proves who it is. */
export function McpRemoteFields({ draft, onChange, errorsAt }: SettingsFieldsProps) {
  return (
    <>
      <Field label="Address" htmlFor="connection-url" required errors={errorsAt("/settings/url")}>
        <Input
          id="connection-url"
          mono
          placeholder="https://mcp.example.org/mcp"
          maxLength={2_000}
          value={draft.url}
          onChange={(event) => onChange({ ...draft, url: event.target.value })}
        />
      </Field>
      <Field label="Authorization" htmlFor="connection-auth" errors={errorsAt("/settings/auth")}>
        <Select
          id="connection-auth"
          value={draft.auth}
          options={AUTH}
          onChange={(value) => onChange({ ...draft, auth: AUTH.find((known) => known.value === value)?.value ?? draft.auth })}
        />
      </Field>
      {draft.auth === "credential" && <CredentialField draft={draft} onChange={onChange} errors={errorsAt("/settings/auth/credential")} />}
      {draft.auth === "oauth" && <OAuthFields draft={draft} onChange={onChange} errorsAt={errorsAt} />}
    </>
  );
}

function CredentialField({ draft, onChange, errors }: Omit<SettingsFieldsProps, "errorsAt"> & { errors: readonly string[] }) {
  const [isAdding, setAdding] = useState(false);
  const mayAdd = useMay("credential.manage");
  const { data } = useApi(listCredentials, { query: { limit: LISTED } });
  // one that is for some types of nodes is none for a whole connection
  const fitting = data?.items.filter(({ nodeTypes }) => nodeTypes.length === 0) ?? [];
  return (
    <Field
      label="Credential"
      htmlFor="connection-credential"
      required
      description="It must name the host of the address. Credentials that are for some types of nodes only are not listed."
      errors={errors}
    >
      <div className="flex flex-col gap-1.5">
        <Select
          id="connection-credential"
          value={draft.credential}
          options={fitting.map(({ id, name, settings, hosts, health }) => ({
            value: id,
            label: name,
            detail: `${KIND_WORDS[settings.kind].label} · ${hosts.join(", ")}`,
            icon: <StatusDot health={health.state} />,
          }))}
          onChange={(credential) => onChange({ ...draft, credential })}
          placeholder={data && fitting.length === 0 ? "No credentials yet" : "Choose…"}
        />
        {mayAdd && (
          <Button size="small" look="quiet" className="-ml-2 self-start text-accent!" onClick={() => setAdding(true)}>
            New credential…
          </Button>
        )}
        {isAdding && <CredentialDialog onSaved={({ id }) => onChange({ ...draft, credential: id })} onClose={() => setAdding(false)} />}
      </div>
    </Field>
  );
}

function OAuthFields({ draft, onChange, errorsAt }: SettingsFieldsProps) {
  return (
    <>
      <Field
        label="Scope"
        htmlFor="connection-scope"
        description="Only where the server names none itself: what Heddle asks for, with blanks between."
        errors={errorsAt("/settings/auth/scope")}
      >
        <Input id="connection-scope" mono maxLength={2_000} value={draft.scope} onChange={(event) => onChange({ ...draft, scope: event.target.value })} />
      </Field>
      <Field
        label="Client id"
        htmlFor="connection-client-id"
        description="Only where the server takes no registration: the id of a client that was registered there by hand."
        errors={errorsAt("/settings/auth/clientId")}
      >
        <Input
          id="connection-client-id"
          mono
          maxLength={500}
          value={draft.clientId}
          onChange={(event) => onChange({ ...draft, clientId: event.target.value })}
        />
      </Field>
      {draft.clientId.trim() !== "" && (
        <Field
          label="Client secret"
          htmlFor="connection-client-secret"
          description="Kept in the vault and not shown again."
          errors={errorsAt("/settings/auth/clientSecret")}
        >
          <Input
            id="connection-client-secret"
            type="password"
            mono
            maxLength={4_000}
            placeholder={draft.hasClientSecret ? "stored; type to replace it" : "none"}
            value={draft.clientSecret}
            onChange={(event) => onChange({ ...draft, clientSecret: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}
