import { useState } from "react";
import { SCOPES, type Scope } from "#server/contract/access.ts";
import { createToken, listTokens } from "#server/contract/tokens.ts";
import { useRouteForm } from "../api/use-route-form.ts";
import { SCOPE_WORDS } from "../session/roles.ts";
import { Address } from "../ui/address.tsx";
import { Button } from "../ui/button.tsx";
import { CheckList } from "../ui/check-list.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";
import { FormDialog } from "../ui/form-dialog.tsx";
import { FormError } from "../ui/form-error.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";

const NEVER = "never";
const LIFETIMES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "A year" },
  { value: NEVER, label: "Never", detail: "Whoever finds it can use it until somebody revokes it." },
];
const SCOPE_OPTIONS = SCOPES.map((value) => ({ value, ...SCOPE_WORDS[value] }));

interface Made {
  name: string;
  token: string;
}

/** Makes an API token and shows it, this once. */
export function CreateTokenDialog({ onClose }: { onClose(): void }) {
  const [made, setMade] = useState<Made | undefined>(undefined);
  return made ? <MadeToken made={made} onClose={onClose} /> : <TokenForm onMade={setMade} onClose={onClose} />;
}

function TokenForm({ onMade, onClose }: { onMade(made: Made): void; onClose(): void }) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>(["read"]);
  const [lifetime, setLifetime] = useState("90");
  const form = useRouteForm(createToken, { stale: [listTokens], onDone: onMade });
  const nameErrors = form.errorsAt("/name");
  const scopeErrors = form.errorsAt("/scopes");
  const body = () => ({ name, scopes, days: lifetime === NEVER ? null : Number(lifetime) });
  return (
    <FormDialog
      onClose={onClose}
      title="New API token"
      description="It is never a person: it decides no approvals and reads no secrets."
      submit="Make token"
      busy={form.isBusy}
      form={form.formProps(body)}
    >
      {nameErrors.length + scopeErrors.length === 0 && <FormError text={form.problem} />}
      <Field label="Name" htmlFor="token-name" required errors={nameErrors} description="What it is for, so that you know it again.">
        <Input id="token-name" placeholder="Nightly report" maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <CheckList label="What it may do" options={SCOPE_OPTIONS} values={scopes} onChange={setScopes} errors={scopeErrors} />
      <Field label="Expires after" htmlFor="token-days">
        <Select id="token-days" value={lifetime} options={LIFETIMES} onChange={setLifetime} />
      </Field>
    </FormDialog>
  );
}

function MadeToken({ made, onClose }: { made: Made; onClose(): void }) {
  const actions = (
    <Button look="primary" onClick={onClose}>
      Done
    </Button>
  );
  return (
    <Dialog open wide onClose={onClose} title={`The token "${made.name}"`} description="Copy it now: it is shown only this once." actions={actions}>
      <div className="flex flex-col gap-4">
        <Address text={made.token} label="Copy the token" />
        <div className="flex flex-col gap-1.5">
          <p className="font-medium text-ink-muted text-xs">Try it</p>
          <Address text={`curl -H 'Authorization: Bearer ${made.token}' '${location.origin}/api/graphs'`} label="Copy the command" />
        </div>
      </div>
    </Dialog>
  );
}
