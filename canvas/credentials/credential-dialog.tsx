import { useState } from "react";
import { type Credential, changeCredential, createCredential, listCredentials } from "#server/contract/credentials.ts";
import { hasCode } from "../api/api-problem.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { Button } from "../ui/button.tsx";
import { CheckList } from "../ui/check-list.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input, TextArea } from "../ui/input.tsx";
import { PersonNotice } from "../ui/person-notice.tsx";
import { CredentialSettingsFields } from "./credential-settings-fields.tsx";
import { emptySettings, KIND_WORDS, readHosts, typesWithCredentials } from "./credential-words.ts";
import { SecretField } from "./secret-field.tsx";

export interface CredentialDialogProps {
  /** The one to change; absent, a new one is made. */
  credential?: Credential;
  /** Where a new one is wanted, when that is known. */
  nodeType?: string;
  onSaved?(credential: Credential): void;
  onClose(): void;
}

const STALE = [listCredentials];
const FIELDS = ["/name", "/description", "/settings", "/hosts", "/nodeTypes", "/secret"];

/** Puts a credential into the vault, or changes what of it is not secret. */
export function CredentialDialog({ credential, onSaved, onClose }: CredentialDialogProps) {
  const [name, setName] = useState(credential?.name ?? "");
  const [description, setDescription] = useState(credential?.description ?? "");
  const [settings, setSettings] = useState(credential?.settings ?? emptySettings("api-key"));
  const [hosts, setHosts] = useState(credential?.hosts.join("\n") ?? "");
  const [nodeTypes, setNodeTypes] = useState<readonly string[]>(credential?.nodeTypes ?? []);
  const [secret, setSecret] = useState("");
  const { formProps, errorsAt, problem, isBusy, error } = useSaving(credential, (saved) => {
    onSaved?.(saved);
    onClose();
  });
  const body = () => ({ name, description, settings, hosts: readHosts(hosts), nodeTypes, ...((!credential || secret !== "") && { secret }) });
  const isTold = FIELDS.some((path) => errorsAt(path).length > 0);
  const types = typesWithCredentials();
  const actions = (
    <>
      <Button look="quiet" onClick={onClose}>
        Cancel
      </Button>
      <Button look="primary" type="submit" form="credential" busy={isBusy}>
        {credential ? "Save" : "Add credential"}
      </Button>
    </>
  );
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={credential ? `Change "${credential.name}"` : "Add a credential"}
      description={credential ? "A further host or another token address needs the secret once more." : "One secret, and the hosts it may be sent to."}
      actions={actions}
    >
      <form id="credential" autoComplete="off" className="flex flex-col gap-4" {...formProps(body)}>
        {hasCode(error, "person-required") ? <PersonNotice what="Only a person keeps credentials." /> : !isTold && <FormError text={problem} />}
        <Field label="Name" htmlFor="credential-name" required errors={errorsAt("/name")}>
          <Input id="credential-name" placeholder="Weather service" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        </Field>
        <CredentialSettingsFields settings={settings} onChange={setSettings} errorsAt={errorsAt} />
        <SecretField
          label={KIND_WORDS[settings.kind].secret}
          required={!credential}
          value={secret}
          onChange={setSecret}
          errors={errorsAt("/secret")}
          {...(credential && { description: "Leave it empty to keep the present one." })}
        />
        <Field
          label="Hosts it may be sent to"
          htmlFor="credential-hosts"
          required
          errors={errorsAt("/hosts")}
          description="One a line: `api.example.org`, `*.example.org` for all below it, with `:8443` where the port is not the usual one. It is sent nowhere else."
        >
          <TextArea id="credential-hosts" mono placeholder="api.example.org" value={hosts} onChange={(event) => setHosts(event.target.value)} />
        </Field>
        {types.length > 0 && (
          <CheckList
            label="Kinds of node that may use it (none chosen: all of these)"
            options={types}
            values={nodeTypes}
            onChange={setNodeTypes}
            errors={errorsAt("/nodeTypes")}
          />
        )}
        <Field label="Description" htmlFor="credential-description" errors={errorsAt("/description")}>
          <Input id="credential-description" maxLength={1_000} value={description} onChange={(event) => setDescription(event.target.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

/** Both ways to save; which one does not change while a dialog is open. */
function useSaving(credential: Credential | undefined, onDone: (saved: Credential) => void) {
  const create = useRouteForm(createCredential, { stale: STALE, onDone });
  const change = useRouteForm(changeCredential, { stale: STALE, onDone, ...(credential && { given: { params: { id: credential.id } } }) });
  return credential ? change : create;
}
